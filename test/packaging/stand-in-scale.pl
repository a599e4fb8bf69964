#!/usr/bin/perl
# stand-in-scale.pl FOLDER: a serial device without hardware, at FOLDER/scale. It says the number in FOLDER/level five
# times a second.
use strict;
use warnings;
use Fcntl;

my $folder = shift;
sysopen(my $wire, '/dev/ptmx', O_RDWR | O_NOCTTY | O_NONBLOCK) or die "No pseudo-terminal: $!\n";
my $unlocked = pack('i', 0);
ioctl($wire, 0x40045431, $unlocked) or die "It stays locked: $!\n";
my $number = pack('i', 0);
ioctl($wire, 0x80045430, $number) or die "It has no name: $!\n";
my $device = '/dev/pts/' . unpack('i', $number);
chmod 0666, $device;
unlink "$folder/scale";
symlink $device, "$folder/scale" or die "$folder/scale: $!\n";
while (1) {
    open(my $file, '<', "$folder/level") or die "$folder/level: $!\n";
    my $level = <$file> // '';
    chomp $level;
    # What nobody reads is lost, as on a wire.
    syswrite($wire, "level=$level\n");
    select(undef, undef, undef, 0.2);
}
