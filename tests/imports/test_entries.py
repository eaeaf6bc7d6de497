"""Single entries: names of pairs do not depend on the order and tell different pairs apart."""

from hypothesis import given, settings
from hypothesis import strategies as st

from annolib.imports.entries import as_json, as_text, in_fixed_order, joined, pair_names

TEXTS = st.text(alphabet="ab|: \n\u00e9", min_size=1, max_size=50)


@settings(max_examples=80, deadline=None)
@given(TEXTS, TEXTS, TEXTS, TEXTS)
def test_a_pair_has_one_name_and_only_one(a, b, c, d):
    one, other, third = pair_names([a, b, c], [b, a, d])
    assert one == other and (one == third) == ({a, b} == {c, d} and sorted((a, b)) == sorted((c, d)))


@settings(max_examples=80, deadline=None)
@given(TEXTS, TEXTS, st.sampled_from(["one", "two", "tie"]))
def test_the_winner_does_not_depend_on_the_order(a, b, won):
    other = {"one": "two", "two": "one", "tie": "tie"}[won]
    if a != b:
        assert in_fixed_order([a], [b], [won]) == in_fixed_order([b], [a], [other])


def test_a_pair_without_a_content_has_no_name():
    assert pair_names([None, "a"], ["b", float("nan")]) == [None, None]
    assert joined([["a", None], ["b", "c"]]) == ["a b", None]


def test_a_conversation_is_text_in_one_way():
    one, two = [{"role": "user", "content": "é"}], [{"content": "é", "role": "user"}]
    assert as_json(one) == as_json(two) == '[{"content": "é", "role": "user"}]'
    assert as_json([]) is None and as_json("x") == "x"


@settings(max_examples=80, deadline=None)
@given(
    st.lists(
        st.one_of(
            st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=3), st.binary(max_size=2)
        ),
        max_size=6,
    )
)
def test_every_entry_is_text_or_missing_or_strange(entries):
    texts, empty, strange = as_text(entries)
    for entry, text, none, odd in zip(entries, texts, empty, strange, strict=True):
        assert isinstance(text, str) and text.strip() or none or odd
        assert not (none and odd)
        if isinstance(entry, str) and entry.strip():
            assert text == entry
