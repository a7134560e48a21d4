#!/bin/bash
# proxy-down.sh [DIR]   Stop the lab's proxy and remove its state.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/env.sh"
D=${1:-$LAB_RUN/proxy}
stop_pid "$D/pid" proxy.conf
[ -n "${LAB_KEEP:-}" ] || { [ ! -e "$D/proxy.conf" ] || rm -rf "$D"; }
