#!/bin/bash
# proxy-up.sh [DIR]   A web proxy that tunnels (CONNECT) to any port.
# LAB_PROXY_KIND=tinyproxy (the default; port 8888; no or Basic authentication) or squid (port 3128; no, Basic or Digest).
# LAB_PROXY_AUTH=none|basic|digest (none), user lab / labsecret. LAB_PROXY_PORTS="443 8089": the only ports it leads to.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/env.sh"
KIND=${LAB_PROXY_KIND:-tinyproxy}; D=${1:-$LAB_RUN/proxy}; IP=$LAB_IP; AUTH=${LAB_PROXY_AUTH:-none}; PORTS=${LAB_PROXY_PORTS:-}
R=$LAB_CACHE/proxies-$LAB_CODENAME
case $KIND in tinyproxy) P=8888;; squid) P=3128;; *) echo "proxy-up: $KIND is neither tinyproxy nor squid" >&2; exit 1;; esac
if alive "$D/pid" proxy.conf; then [ -n "${LAB_FRESH:-}" ] || { echo "proxy already up in $D"; exit 0; }; fi
"$LAB/proxy-down.sh" "$D"; mkdir -p "$D"; D=$(cd "$D" && pwd)
"$LAB/debroot.sh" "$LAB_CODENAME" "$R" tinyproxy-bin squid
free_port "$IP" $P || exit 1
# on loopback only this machine is let in; elsewhere it stands in a network of the tests' own
case $IP in 127.*) ALLOW=127.0.0.0/8;; *) ALLOW=0.0.0.0/0;; esac
if [ "$KIND" = tinyproxy ]; then
  {
    printf 'Port %s\nListen %s\nTimeout 120\nMaxClients 50\nLogFile "%s"\nLogLevel Connect\nAllow %s\n' $P "$IP" "$D/log" "$ALLOW"
    case $AUTH in none) ;; basic) echo 'BasicAuth lab labsecret';; *) echo "proxy-up: tinyproxy knows no $AUTH" >&2; exit 1;; esac
    for port in $PORTS; do echo "ConnectPort $port"; done
  } >"$D/proxy.conf"
  start() { in_root "$R" tinyproxy -d -c "$D/proxy.conf"; }
else
  # helpers are started by squid, with the same libraries as squid itself
  HELPER="$R/$LAB_LDSO --library-path $R/usr/lib/$LAB_TRIPLE:$R/usr/lib $R/usr/lib/squid"
  printf 'lab:%s\n' "$(openssl passwd -apr1 labsecret)" >"$D/passwords"
  printf 'lab:lab:%s\n' "$(printf 'lab:lab:labsecret' | md5sum | cut -d' ' -f1)" >"$D/digests"
  {
    printf 'http_port %s:%s\nvisible_hostname lab\npid_filename none\ncoredump_dir %s\n' "$IP" $P "$D"
    printf 'cache_log %s/log\naccess_log stdio:%s/access\ncache deny all\npinger_enable off\nshutdown_lifetime 0 seconds\nmax_filedescriptors 1024\n' "$D" "$D"
    printf 'mime_table %s\nicon_directory %s\nerror_directory %s\nerr_page_stylesheet /dev/null\nunlinkd_program /bin/true\n' \
      "$R/usr/share/squid/mime.conf" "$R/usr/share/squid/icons" "$R/usr/share/squid/errors/templates"
    case $AUTH in
      none) WHO=all;;
      basic) WHO=known; echo "auth_param basic program $HELPER/basic_ncsa_auth $D/passwords"; echo 'auth_param basic realm lab';;
      digest) WHO=known; echo "auth_param digest program $HELPER/digest_file_auth -c $D/digests"; echo 'auth_param digest realm lab';;
    esac
    [ $AUTH = none ] || printf 'auth_param %s children 1\nacl known proxy_auth REQUIRED\n' $AUTH
    [ -z "$PORTS" ] || printf 'acl allowed port %s\nhttp_access deny !allowed\n' "$PORTS"
    printf 'http_access allow %s\nhttp_access deny all\n' $WHO
  } >"$D/proxy.conf"
  # squid will not run as root; in a user namespace it need not, and still reads what is ours
  AS=(); [ "$(id -u)" != 0 ] || AS=(unshare --user --map-user=13 --map-group=13)
  start() { exec "${AS[@]}" "$R/$LAB_LDSO" --argv0 squid --library-path "$R/usr/lib/$LAB_TRIPLE:$R/usr/lib" "$R/usr/sbin/squid" -N -f "$D/proxy.conf"; }
fi
( start ) >"$D/console" 2>&1 </dev/null &
echo $! >"$D/pid"
wait_port "$IP" $P 100 && alive "$D/pid" proxy.conf || { tail -20 "$D/console" "$D/log" >&2; exit 1; }
echo "proxy up: dir=$D kind=$KIND proxy=$IP:$P auth=$AUTH user lab/labsecret ports=${PORTS:-all} pid=$(cat "$D/pid")"
