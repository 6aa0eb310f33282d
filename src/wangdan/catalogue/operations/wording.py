"""Words that mean the same to people who search, as the office keeps them."""

from collections.abc import Sequence

from wangdan.catalogue.models import Synonym, SynonymGroup
from wangdan.catalogue.rules import words
from wangdan.kernel.act import Act
from wangdan.kernel.errors import NotSeen, Refused
from wangdan.kernel.operation import operation

MOST_GROUPS = 500
"""All groups are read for each search."""


@operation("catalogue.keep_synonyms")
def keep_synonyms(act: Act, *, texts: Sequence[str], group: int | None = None) -> SynonymGroup:
    """Let two to ten words find the same goods, as a new group or in place of what a group had.

    Refuses with `catalogue.synonyms_malformed`, `catalogue.synonym_twice` (a word is in another group), `catalogue.too_many_synonyms`; 404.
    """
    wanted = words.synonyms(texts)
    if group is None:
        if SynonymGroup.objects.count() >= MOST_GROUPS:
            raise Refused("catalogue.too_many_synonyms", most=MOST_GROUPS)
        row = SynonymGroup.objects.create(changed_at=act.now)
    else:
        row = _locked(group)
    before = _words(row)
    taken = Synonym.objects.filter(text__in=wanted).exclude(group=row).values_list("text", flat=True).first()
    if taken:
        raise Refused("catalogue.synonym_twice", word=taken)
    Synonym.objects.filter(group=row).delete()
    Synonym.objects.bulk_create(Synonym(group=row, text=text) for text in wanted)
    row.changed_at = act.now
    row.save(update_fields=["changed_at"])
    act.note("words", before, wanted)
    return row


@operation("catalogue.drop_synonyms")
def drop_synonyms(act: Act, *, group: int) -> SynonymGroup:
    """Let the words of a group mean only themselves again. Refuses with 404 for no group."""
    row = _locked(group)
    act.note("words", _words(row), [])
    Synonym.objects.filter(group=row).delete()
    SynonymGroup.objects.filter(pk=row.pk).delete()
    return row


def _locked(group: int) -> SynonymGroup:
    row = SynonymGroup.objects.select_for_update(no_key=True).filter(pk=group).first() if 0 < group < 2**63 else None
    if row is None:
        raise NotSeen
    return row


def _words(row: SynonymGroup) -> list[str]:
    return list(Synonym.objects.filter(group=row).order_by("pk").values_list("text", flat=True))
