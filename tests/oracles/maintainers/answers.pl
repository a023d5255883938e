# Answers which maintainers `get_maintainer.pl` prints for paths in the working directory.
#
# The arguments are the program and its options. Each line of the input is a path in hexadecimal. The answer is JSON:
# `maintainers`, or `died` with a message. The program is compiled once, and runs in a child process for each path.
use strict;
no warnings;
use Cwd;
use File::Find;
use File::Spec::Functions;
use Getopt::Long;
use JSON::PP;

my ($program, @options) = @ARGV;
open(my $questions, '<&', \*STDIN) or die;
open(my $answers, '>&', \*STDOUT) or die;
$answers->autoflush(1);
my $json = JSON::PP->new->canonical->ascii;
open(my $source, '<', $program) or die "$program: $!\n";
my $text = do { local $/; <$source> };
close($source);
$0 = $program;
# Warnings about the variables of a program in a subroutine.
open(my $warnings, '>&', \*STDERR) or die;
open(STDERR, '>', '/dev/null') or die;
my $is_compiled = eval "sub run_program {\n$text\n}\n1";
open(STDERR, '>&', $warnings) or die;
die $@ if !$is_compiled;

while (my $line = <$questions>) {
    chomp $line;
    my $path = pack("H*", $line);
    pipe(my $from_program, my $to_harness) or die;
    pipe(my $from_errors, my $to_errors) or die;
    my $child = fork() // die;
    if (!$child) {
        open(STDIN, '<', '/dev/null');
        open(STDOUT, '>&', $to_harness);
        open(STDERR, '>&', $to_errors);
        # What the program does when it is not compiled by this one.
        if ($text =~ /^use open .*UTF-8/m) {
            binmode(STDOUT, ':encoding(UTF-8)');
        }
        close($_) for $from_program, $to_harness, $from_errors, $to_errors;
        @ARGV = (@options, '-f', '--', $path);
        alarm(10);
        run_program();
        exit(0);
    }
    close($to_harness);
    close($to_errors);
    my $printed = do { local $/; <$from_program> } // "";
    my $errors = do { local $/; <$from_errors> } // "";
    waitpid($child, 0);
    if ($? == 0) {
        # Bytes as the characters with the same codes.
        print $answers $json->encode({maintainers => [split(/\n/, $printed)]}), "\n";
    } elsif ($? & 127) {
        print $answers "{}\n";
    } else {
        my ($last) = reverse grep { !/^\s*$/ } split(/\n/, $errors);
        $last =~ s/( in regex)?; marked by .*//s;
        $last =~ s/ in regex m.*//s;
        $last =~ s/ at \S+ line \d+.*//s;
        print $answers $json->encode({died => $last}), "\n";
    }
}
