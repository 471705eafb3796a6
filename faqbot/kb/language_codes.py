"""Codes of languages (BCP 47): their normal form, and the code that a wrong one may mean."""

from __future__ import annotations

import re
from collections.abc import Mapping


def _table(pairs: str) -> Mapping[str, str]:
    return dict(pair.split("=") for pair in pairs.split())


# Codes of ISO 639-1.
_TWO_LETTERS = (
    "aa ab ae af ak am an ar as av ay az ba be bg bi bm bn bo br bs ca ce ch co cr cs cu cv cy da "
    "de dv dz ee el en eo es et eu fa ff fi fj fo fr fy ga gd gl gn gu gv ha he hi ho hr ht hu hy "
    "hz ia id ie ig ii ik io is it iu ja jv ka kg ki kj kk kl km kn ko kr ks ku kv kw ky la lb lg "
    "li ln lo lt lu lv mg mh mi mk ml mn mr ms mt my na nb nd ne ng nl nn no nr nv ny oc oj om or "
    "os pa pi pl ps pt qu rm rn ro ru rw sa sc sd se sg si sk sl sm sn so sq sr ss st su sv sw ta "
    "te tg th ti tk tl tn to tr ts tt tw ty ug uk ur uz ve vi vo wa wo xh yi yo za zh zu "
)
_CODES = frozenset(_TWO_LETTERS.split())
# Codes of three letters (ISO 639-2) of languages that have one of two letters.
_SHORT = _table(
    "ara=ar bul=bg ces=cs cze=cs dan=da deu=de ger=de ell=el gre=el eng=en spa=es est=et fin=fi "
    "fra=fr fre=fr heb=he hin=hi hun=hu ind=id ita=it jpn=ja kor=ko dut=nl nld=nl nor=no pol=pl "
    "por=pt ron=ro rum=ro rus=ru slk=sk swe=sv tha=th tur=tr ukr=uk vie=vi chi=zh zho=zh "
)
# Names of languages, and codes of countries that are written by mistake, with the right code.
_MEANT = _table(
    "german=de deutsch=de allemand=de aleman=de tedesco=de duits=de alemao=de english=en "
    "englisch=en anglais=en ingles=en inglese=en engels=en spanish=es espanol=es castellano=es "
    "spanisch=es espagnol=es spaans=es french=fr francais=fr franzosisch=fr frances=fr "
    "francese=fr frans=fr italian=it italiano=it italienisch=it italien=it italiaans=it dutch=nl "
    "nederlands=nl niederlandisch=nl hollands=nl neerlandais=nl portuguese=pt portugues=pt "
    "portugiesisch=pt portugais=pt portugees=pt polish=pl polski=pl russian=ru czech=cs "
    "swedish=sv svenska=sv danish=da dansk=da norwegian=no norsk=no finnish=fi suomi=fi greek=el "
    "turkish=tr turkce=tr hungarian=hu romanian=ro ukrainian=uk arabic=ar hebrew=he chinese=zh "
    "japanese=ja korean=ko thai=th vietnamese=vi hindi=hi indonesian=id catalan=ca catala=ca "
    "brazilian=pt-BR us=en-US gb=en-GB at=de-AT mx=es-MX jp=ja cz=cs dk=da gr=el cn=zh ua=uk "
    "il=he sp=es dl=de "
)
_TAG = re.compile(r"([A-Za-z]{2,3})((?:-[A-Za-z0-9]{2,8})*)")
# Letters without the accents that names of languages have.
_ACCENTS = str.maketrans("áàâãäçéèêëíîïñóôõöúùûü", "aaaaaceeeeiiinoooouuuu")
# Letters of a script, of which the first is a capital, and of a region, all of which are.
_SCRIPT_LETTERS, _REGION_LETTERS = 4, 2


def normal_language(text: str) -> str | None:
    """Return the code *text* in its normal form, such as "de-AT" for "DE-at".

    A code of three letters becomes that of two letters, if there is one. The result is None for a text
    that is no code.
    """
    found = _TAG.fullmatch(text)
    if found is None:
        return None
    code = _SHORT.get(found[1].lower(), found[1].lower())
    is_short = len(code) == 2  # noqa: PLR2004  a code of ISO 639-1
    if is_short and code not in _CODES:
        return None
    return "-".join([code, *map(_normal_part, found[2].split("-")[1:])])


def _normal_part(part: str) -> str:
    """Return *part*, a script, region or variant, with the usual capitals."""
    if len(part) == _SCRIPT_LETTERS and part.isalpha():
        return part.title()
    return part.upper() if len(part) == _REGION_LETTERS else part.lower()


def language_hint(text: str) -> str:
    """Return a suggestion for the invalid *text*, "" without one."""
    bare = text.strip().casefold().translate(_ACCENTS)
    joined = normal_language(text.strip().replace("_", "-"))
    meant = _MEANT.get(bare) or joined or _MEANT.get(bare.partition(" ")[0].partition("-")[0])
    return f": write `{meant}`" if meant else ""
