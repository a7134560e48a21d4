#!/usr/bin/perl
# tunnel.pl [ADDRESS]   Makes tun0 and carries what enters it as UDP (port 51820) to the other end: ADDRESS, or whoever wrote
# last. A plain tunnel, as VPNs are to a phone; this kernel has none of its own. Ends when somebody deletes tun0.
use strict; use warnings; use IO::Select; use IO::Socket::IP; use Socket qw(SOCK_DGRAM);
open(my $tun, '+<', '/dev/net/tun') or die "tunnel: /dev/net/tun: $!\n";
binmode $tun;
# TUNSETIFF: IFF_TUN without packet information
my $wish = pack('a16 S x22', 'tun0', 0x1001);
ioctl($tun, 0x400454ca, $wish) or die "tunnel: tun0: $!\n";
my ($peer) = @ARGV;
my $udp = IO::Socket::IP->new(Type => SOCK_DGRAM, $peer ? (PeerHost => $peer, PeerPort => 51820) : (LocalHost => '::', V6Only => 0, LocalPort => 51820)) or die "tunnel: $@\n";
my $other = $peer ? undef : 0;
send($udp, '', 0) if $peer;
my $ready = IO::Select->new($tun, $udp);
while (1) {
  for my $from ($ready->can_read) {
    if ($from == $tun) {
      defined(sysread($tun, my $packet, 65535)) or exit;
      if ($peer) { send($udp, $packet, 0) } elsif ($other) { send($udp, $packet, 0, $other) }
    } else {
      my $sender = recv($udp, my $packet, 65535, 0);
      next unless defined $sender;
      $other = $sender unless $peer;
      syswrite($tun, $packet) if length $packet;
    }
  }
}
