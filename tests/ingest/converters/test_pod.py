"""POD: Perl's documentation, alone or in a program."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from faqbot.errors import IngestError
from faqbot.ingest.blocks import Block, Kind

pytest.importorskip("markdown_it")

from faqbot.ingest.converters.pod import read

_ALL = """\
#!/usr/bin/perl
my $x = 1;  # no text

=head1 NAME

faq - B<bold> C<code>

=head2 What is C<< $x->y >>?

See L<perlop/"Operators"> or L<the site|https://e.org/>: a E<lt> b * c.

    my $x = 1;
    f();

=over 4

=item *

One

=item Two

Text.

=back

=begin html

<b>gone</b>

=end html

=cut

print "no text";
"""


def test_a_document() -> None:
    """Commands, codes and code are what they show; the program around them is passed over."""
    blocks = [each for each in read(_ALL.encode(), "faq.pod") if each.kind is not Kind.LEFT_OUT]

    assert [(block.kind, block.level, block.place.number, block.text) for block in blocks] == [
        (Kind.HEADING, 1, 4, "NAME"),
        (Kind.TEXT, 0, 6, "faq - **bold** `code`"),
        (Kind.HEADING, 2, 8, "What is $x->y?"),
        (Kind.TEXT, 0, 10, "See perlop Operators or [the site](https://e.org/): a < b \\* c."),
        (Kind.CODE, 0, 12, "```\nmy $x = 1;\nf();\n```"),
        (Kind.ITEM, 1, 19, "- One"),
        (Kind.ITEM, 1, 21, "- **Two**\n\n  Text."),
    ]


@given(
    st.binary(max_size=80)
    | st.text("=headitmover1 \n<>CLB*|", max_size=80).map(lambda text: f"=pod\n\n{text}".encode())
)
def test_any_text_is_blocks(data: bytes) -> None:
    """No text makes the reader fail; bytes that are none are refused before."""
    with suppress(IngestError):
        assert all(isinstance(block, Block) for block in read(data, "faq.pod"))
