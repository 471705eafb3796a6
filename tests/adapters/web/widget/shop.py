"""Knowledge base of a bicycle shop: everything that the web chat can show, hostile text among it."""

from __future__ import annotations

from faqbot import Entry, KnowledgeBase

PRICE = "What does it cost to rent a bicycle?"
DEPOSIT = "Do I have to leave a deposit?"
HELMET = "Do you lend helmets?"
# Three entries have this phrasing, so that choices are offered.
SHARED = "opening times"
SUMMER = "When is the shop open in summer?"
WINTER = "When is the shop open in winter?"
REPAIR = "When can I bring a bicycle for repair?"
ROUTES = "Which routes do you recommend?"
HOSTILE = "How do you treat strange bicycles?"
LONG = "What are your terms of rental?"
UNKNOWN = "may my parrot pilot an aeroplane"

_MARKDOWN = """### By length

1. The river, *flat*
2. The castle, **steep**

| Route | Kilometres | Metres of ascent | Surface underfoot | Where it begins |
|---|---|---|---|---|
| River | 18 | 40 | gravel | bridge |

> Bring water.

Type `map` at our [machine](https://maps.example/machine), or write to
[us](mailto:routes@bicycles.example).
"""
_HOSTILE = """<script>window.attacked = 1</script> <img src=x onerror="window.attacked = 2">

[run](javascript:window.attacked=3) [data](data:text/html,<script>window.attacked=4</script>)
![a picture of us](https://tracker.example/pixel.png) [safe](https://safe.example/page)

<b onclick="window.attacked = 5">bold</b> </div></section><style>* { display: none }</style>
"""
_LONG = "\n\n".join(
    f"{number}. A rider keeps to rule {number}, and brings back the bicycle that was lent."
    for number in range(1, 2001)
)

KB = KnowledgeBase(
    (
        Entry(
            "price",
            PRICE,
            "**Twelve euros** a day.",
            ("rental price", "how expensive is a bicycle"),
            follow_ups=("deposit", "helmet"),
            source="Price list, page 2",
            url="https://bicycles.example/prices",
        ),
        Entry("deposit", DEPOSIT, "No, a document is enough.", ("security deposit",)),
        Entry("helmet", HELMET, "Yes, they are free.", ("helmet",)),
        Entry("summer", SUMMER, "From eight to eight.", (SHARED,)),
        Entry("winter", WINTER, "From ten to four.", (SHARED,)),
        Entry("repair", REPAIR, "In the morning.", (SHARED,)),
        Entry("routes", ROUTES, _MARKDOWN),
        Entry("hostile", HOSTILE, _HOSTILE),
        Entry("terms", LONG, _LONG),
    ),
    title="Bicycle shop",
    fallback="Sorry, I do not know that.",
    contact="Call the shop on [0300 5550](tel:03005550).",
)
