#!/bin/bash
# hold.sh SERVER [ARGS]   SERVER-up.sh ARGS now, SERVER-down.sh as soon as standard input closes: whoever
# holds the other end may end in any way, the server ends too.
set -uo pipefail
LAB=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
"$LAB/$1-up.sh" "${@:2}" </dev/null || { "$LAB/$1-down.sh" >/dev/null 2>&1; exit 1; }
while read -r _; do :; done
"$LAB/$1-down.sh"
rmdir "${LAB_RUN:-/tmp/softphone-lab}" 2>/dev/null || true
