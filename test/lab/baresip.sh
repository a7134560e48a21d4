#!/bin/bash
# baresip.sh FOLDER   Runs the unpacked baresip in the foreground with the accounts and settings of FOLDER; ends with SIGTERM.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/env.sh"
tools_up
printf 'module_path %s/usr/lib/baresip/modules\n' "$TOOLS" | cat - "$1/settings" >"$1/config"
in_root "$TOOLS" baresip -f "$1"
