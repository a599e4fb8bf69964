#!/usr/bin/perl
# launch.pl PROGRAM WORDS...
# Node cannot open a datagram socket of this kind, and systemd wants to hear of a service through one. This opens it,
# leaves it open for the program that takes this one's place, same process id, and says which descriptor it is.
# perl-base is on every Debian system. Without systemd it only starts the program.
use strict;
use warnings;
use Fcntl qw(F_SETFD F_SETFL O_NONBLOCK);
use Socket qw(AF_UNIX SOCK_DGRAM pack_sockaddr_un);

my $socket;
if (my $path = delete $ENV{NOTIFY_SOCKET}) {
    $path =~ s/^\@/\0/;
    # Without blocking: a service must not stand still because systemd is busy.
    if (   socket($socket, AF_UNIX, SOCK_DGRAM, 0)
        && connect($socket, pack_sockaddr_un($path))
        && fcntl($socket, F_SETFL, O_NONBLOCK)
        && fcntl($socket, F_SETFD, 0)) {
        $ENV{REPLENISH_NOTIFY_FD} = fileno $socket;
    } else {
        print STDERR "<4>The socket of systemd cannot be used: $!\n";
    }
}
@ARGV or die "launch.pl: which program?\n";
exec { $ARGV[0] } @ARGV or print STDERR "<3>$ARGV[0] cannot be started: $!\n";
exit 127;
