#!/bin/bash
# debroot.sh SUITE ROOT PKG...   Unpack Debian packages of SUITE (and all their
# Depends) into ROOT without running any maintainer script and without touching
# the machine's own apt/dpkg state. Idempotent: a stamp in ROOT records the
# request, a second call with the same request returns at once.
# The mirror is the one this machine's apt is configured with.
set -euo pipefail
suite=$1; root=$2; shift 2

want="$suite $*"
# one at a time: test files start side by side
mkdir -p "$(dirname "$root")"; exec 9>"$root.lock"; flock 9
[ "$(cat "$root/.debroot" 2>/dev/null || true)" = "$want" ] && exit 0
# only ever delete a folder this script made itself, and never one in use
if [ -e "$root" ]; then
  [ -e "$root/.debroot-new" ] || [ -e "$root/.debroot" ] || { echo "debroot: $root exists and is not mine" >&2; exit 1; }
  if grep -q " $(readlink -f "$root")/" /proc/mounts; then echo "debroot: $root is in use (mounts)" >&2; exit 1; fi
  rm -rf --one-file-system "$root"
fi
mkdir -p "$root"; : >"$root/.debroot-new"
apt=$root.apt; mkdir -p "$apt"/{lists/partial,archives/partial,etc/sources.list.d,etc/preferences.d}
: >"$apt/status"
# the mirror: the first plain Debian archive URI apt knows (not -security)
if [ -z "${LAB_MIRROR:-}" ]; then
  LAB_MIRROR=$(apt-get indextargets --format '$(REPO_URI) $(RELEASE)' 'Created-By: Packages' 2>/dev/null |
    awk '$2 !~ /security/ && $1 ~ /debian\/?$/ {print $1; exit}')
fi
[ -n "$LAB_MIRROR" ] || { echo "debroot: no Debian mirror in apt's configuration (set LAB_MIRROR)" >&2; exit 1; }
key=/usr/share/keyrings/debian-archive-keyring.gpg
echo "deb [signed-by=$key] $LAB_MIRROR $suite main" >"$apt/etc/sources.list"
# a mirror that stands still is good enough for a lab; signatures are checked as ever
A=(-q -o Dir::State::status="$apt/status" -o Dir::State::Lists="$apt/lists" -o Dir::Cache="$apt"
   -o Dir::Cache::Archives="$apt/archives" -o Dir::Etc::SourceList="$apt/etc/sources.list"
   -o Dir::Etc::SourceParts="$apt/etc/sources.list.d" -o Dir::Etc::PreferencesParts="$apt/etc/preferences.d"
   -o Dir::State::extended_states="$apt/extended_states" -o Dir::Log="$apt" -o Dir::Cache::pkgcache= -o Dir::Cache::srcpkgcache=
   -o APT::Install-Recommends=false -o APT::Sandbox::User=root -o Debug::NoLocking=true
   -o Acquire::Check-Valid-Until=false -o Acquire::Languages=none -o Acquire::Retries=4 -o Acquire::http::Pipeline-Depth=10
   -o Acquire::PDiffs=false -o APT::Keep-Downloaded-Packages=true -o DPkg::Post-Invoke::= -o APT::Update::Post-Invoke::=)
retry() { local n; for n in 1 2 3 4; do "$@" && return 0; sleep $((n*3)); done; return 1; }
retry apt-get "${A[@]}" update >"$apt/update.log" 2>&1 || { tail -5 "$apt/update.log" >&2; exit 1; }
retry apt-get "${A[@]}" -y -d install "$@" >"$apt/install.log" 2>&1 || { tail -20 "$apt/install.log" >&2; exit 1; }
# merged /usr first, then every package's files (4 at a time)
mkdir -p "$root"/usr/{bin,sbin,lib,lib64} "$root"/{etc,dev,proc,sys,tmp,run,var/run}
for d in bin sbin lib lib64; do [ -e "$root/$d" ] || ln -s "usr/$d" "$root/$d"; done
find "$apt/archives" -maxdepth 1 -name '*.deb' -print0 |
  xargs -0 -P 4 -I{} sh -c 'dpkg-deb --fsys-tarfile "$1" | tar -x --keep-directory-symlink -C "$2" -f - ' _ {} "$root"
( cd "$apt/archives" && for f in *.deb; do dpkg-deb -W --showformat '${Package} ${Version}\n' "$f"; done ) | sort >"$root/.packages"
# the few things maintainer scripts would have made
cp /etc/resolv.conf "$root/etc/resolv.conf" 2>/dev/null || true
[ -s "$root/etc/passwd" ] || cat "$root/usr/share/base-passwd/passwd.master" >"$root/etc/passwd" 2>/dev/null || echo 'root:x:0:0:root:/root:/bin/sh' >"$root/etc/passwd"
[ -s "$root/etc/group" ] || cat "$root/usr/share/base-passwd/group.master" >"$root/etc/group" 2>/dev/null || echo 'root:x:0:' >"$root/etc/group"
printf '127.0.0.1 localhost\n' >"$root/etc/hosts"
[ -e "$root/usr/bin/sh" ] || { [ -e "$root/usr/bin/dash" ] && ln -s dash "$root/usr/bin/sh"; }
ldconfig -r "$root" 2>/dev/null || chroot "$root" /usr/sbin/ldconfig || true
[ -n "${LAB_KEEP_DEBS:-}" ] || rm -rf "$apt/archives" "$apt/lists"
echo "$want" >"$root/.debroot"
