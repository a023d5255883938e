# Answers whether Perl accepts expressions, and in which subjects they match.
#
# Each line of the input is JSON: `text` in hexadecimal, `extended`, `decoded` and `subjects` in hexadecimal. The answer
# is `matches`, one digit for each subject, or `died`. An expression that takes too long has no answer.
use strict;
no warnings;
use JSON::PP;

$| = 1;
my $json = JSON::PP->new->canonical->ascii;
while (my $line = <STDIN>) {
    my $question = $json->decode($line);
    my $value = pack("H*", $question->{text});
    if ($question->{decoded}) {
        utf8::decode($value);
        # What is read from a decoded file always has this flag, which changes what classes contain.
        utf8::upgrade($value);
    }
    my @subjects = map { pack("H*", $_) } @{$question->{subjects}};
    my $matches = "";
    my $is_late = 0;
    local $SIG{ALRM} = sub { $is_late = 1; die "late\n" };
    eval {
        alarm(2);
        for my $subject (@subjects) {
            # The condition of `get_maintainer.pl` leaves this as the last expression that matched.
            if ("F:x" =~ m/^([A-Z]):\s*(.*)/) {
                my $is_match = $question->{extended} ? $subject =~ m/$value/x : $subject =~ m@^$value@;
                $matches .= $is_match ? "1" : "0";
            }
        }
    };
    my $error = $@;
    alarm(0);
    # A bug of Perl is no answer either.
    if ($is_late || $error =~ /^panic/) {
        print "{}\n";
    } elsif ($error) {
        $error =~ s/( in regex)?; marked by .*//s;
        $error =~ s/ in regex m.*//s;
        $error =~ s/ at \S+ line \d+.*//s;
        print $json->encode({died => $error}), "\n";
    } else {
        print $json->encode({matches => $matches}), "\n";
    }
}
