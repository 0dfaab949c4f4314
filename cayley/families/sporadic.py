"""Sporadic simple groups by standard generators, and the Mathieu groups by the usual ones.

Standard generators a and b are determined up to automorphisms by the classes that they lie in and the orders
of some words. Those below were found by random search in the Mathieu groups and in the automorphism groups of
the Hall-Janko graph, the Higman-Sims graph and the McLaughlin graph, and, for J1, in Janko's group of 7 x 7
matrices modulo 11, by its action on 266 subgroups of order 660. That they generate groups of the right order,
and meet the conditions, is proved by the tests.
"""

from collections.abc import Sequence

from cayley.families._computed import SEARCH
from cayley.families._family import KnownDiameter
from cayley.families._moves import both_ways
from cayley.families._registry import graph_family
from cayley.groups import NamedGroup
from cayley.permutation import Permutation, extend, parse_permutation
from graphkit.validation import check_choice

_WILSON = "R. A. Wilson, J. Algebra 184 (1996)"

# Generators of M11, M12, M23 and M24 as in J. H. Conway et al., ATLAS of Finite Groups, 1985; of M22, those
# printed in the same notation by many texts. What they generate is proved by a stabiliser chain in the tests.
_ELEVEN = ("(1 2 3 4 5 6 7 8 9 10 11)", "(3 7 11 8)(4 10 5 6)")
_TWENTY_THREE = (
    "(1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23)",
    "(3 17 10 7 9)(4 13 14 19 5)(8 18 11 12 23)(15 20 22 21 16)",
)
_USUAL: dict[str, tuple[str, ...]] = {
    "M11": _ELEVEN,
    "M12": (*_ELEVEN, "(1 12)(2 11)(3 6)(4 8)(5 9)(7 10)"),
    "M22": (
        "(1 2 3 4 5 6 7 8 9 10 11)(12 13 14 15 16 17 18 19 20 21 22)",
        "(1 4 5 9 3)(2 8 10 7 6)(12 15 16 20 14)(13 19 21 18 17)",
        "(1 21)(2 10 8 6)(3 13 4 17)(5 19 9 18)(11 22)(12 14 16 20)",
    ),
    "M23": _TWENTY_THREE,
    "M24": (*_TWENTY_THREE, "(1 24)(2 23)(3 12)(4 16)(5 18)(6 10)(7 20)(8 14)(9 21)(11 17)(13 22)(15 19)"),
}

_STANDARD = {
    "M11": (
        "(2 3)(5 6)(7 8)(9 10)",
        "(1 2 4 5)(6 7 9 11)",
    ),
    "M12": (
        "(3 4)(6 7)(9 10)(11 12)",
        "(1 2 3)(4 5 6)(7 8 9)(10 11 12)",
    ),
    "M22": (
        "(2 3)(5 6)(7 9)(8 10)(13 15)(14 16)(17 18)(20 21)",
        "(1 2)(3 4 5 7)(6 8 11 13)(9 12 14 17)(15 18 19 20)(21 22)",
    ),
    "M23": (
        "(3 4)(5 7)(8 10)(9 12)(11 14)(13 15)(18 19)(21 22)",
        "(1 2 3 5)(4 6 8 11)(7 9)(10 13 16 18)(15 17)(19 20 21 23)",
    ),
    "M24": (
        "(1 2)(3 4)(5 6)(7 8)(9 10)(11 13)(12 14)(15 17)(16 18)(19 20)(21 22)(23 24)",
        "(1 2 3)(4 5 7)(8 9 11)(10 12 15)(13 16 19)(20 21 23)",
    ),
    "J1": (
        (
            "(2 3)(4 6)(5 7)(8 11)(9 12)(10 14)(13 18)(15 20)(16 21)(17 23)(19 26)(22 29)(24 31)(25 32)(27 "
            "33)(28 34)(30 37)(35 36)(38 39)(40 43)(41 45)(42 47)(44 49)(46 51)(48 53)(50 56)(52 59)(54 "
            "62)(55 63)(57 64)(58 65)(60 61)(66 71)(67 72)(68 74)(69 76)(70 78)(73 82)(75 84)(77 86)(79 "
            "88)(80 89)(81 91)(83 94)(85 97)(87 100)(90 104)(92 106)(93 107)(95 108)(96 109)(98 112)(99 "
            "113)(101 114)(102 115)(103 116)(105 119)(110 111)(117 130)(118 131)(120 132)(121 133)(122 "
            "135)(123 137)(124 139)(125 141)(126 142)(127 144)(128 146)(129 148)(134 154)(136 156)(138 "
            "158)(140 160)(143 163)(145 165)(147 167)(149 169)(150 170)(151 172)(152 174)(153 176)(157 "
            "179)(162 183)(164 186)(166 189)(168 192)(171 196)(173 198)(177 200)(178 201)(180 204)(181 "
            "205)(182 207)(184 209)(185 210)(187 211)(188 212)(191 215)(193 216)(195 218)(197 220)(199 "
            "223)(202 203)(206 229)(208 230)(213 214)(217 237)(219 238)(221 239)(222 224)(225 242)(226 "
            "233)(227 244)(228 245)(231 246)(234 247)(235 248)(236 250)(240 241)(243 253)(249 256)(251 "
            "258)(252 259)(254 261)(255 262)(257 263)(264 265)"
        ),
        (
            "(1 2 4)(3 5 8)(6 9 13)(7 10 15)(11 16 22)(12 17 24)(14 19 27)(18 25 26)(20 28 35)(23 30 38)(29 "
            "36 37)(32 39 42)(33 40 44)(34 41 46)(43 48 54)(45 50 57)(47 52 60)(49 55 56)(51 58 59)(53 61 "
            "66)(62 67 73)(63 68 75)(64 69 77)(65 70 79)(71 80 90)(72 81 92)(74 83 95)(76 85 98)(78 87 "
            "101)(82 93 94)(84 96 110)(86 99 100)(88 102 116)(89 103 117)(91 105 120)(97 111 125)(104 118 "
            "119)(106 121 134)(107 122 136)(108 123 138)(109 124 140)(112 126 143)(113 127 145)(114 128 "
            "147)(115 129 149)(130 150 171)(131 151 173)(132 152 175)(133 153 177)(135 155 154)(137 157 "
            "180)(139 159 158)(141 161 182)(142 162 184)(144 164 187)(146 166 190)(148 168 193)(156 178 "
            "202)(160 181 206)(163 185 186)(165 188 213)(167 191 192)(169 194 217)(170 195 212)(172 197 "
            "221)(174 199 176)(179 203 226)(183 208 231)(189 214 234)(196 219 220)(198 222 240)(200 224 "
            "242)(201 225 243)(204 227 245)(205 228 209)(207 229 230)(210 232 244)(211 233 238)(215 235 "
            "249)(216 236 251)(218 237 252)(223 241 254)(239 253 260)(247 255 248)(250 257 256)(258 264 "
            "259)(262 265 266)"
        ),
    ),
    "J2": (
        (
            "(1 2)(3 4)(5 6)(7 9)(8 10)(11 14)(12 15)(13 16)(17 20)(18 21)(19 23)(22 24)(25 27)(26 29)(28 "
            "30)(31 33)(32 35)(34 38)(36 37)(39 42)(40 44)(41 45)(43 48)(46 47)(49 53)(50 55)(51 57)(52 "
            "56)(54 60)(58 62)(59 63)(61 66)(64 69)(65 70)(67 71)(68 72)(73 76)(74 77)(75 79)(78 81)(80 "
            "82)(83 84)(85 86)(87 88)(89 90)(91 92)(93 95)(94 96)(97 99)(98 100)"
        ),
        (
            "(1 2 3)(4 5 7)(6 8 11)(9 12 16)(10 13 17)(14 18 22)(15 19 21)(23 25 28)(24 26 27)(29 31 34)(30 "
            "32 36)(33 37 40)(35 39 43)(38 41 46)(42 47 51)(44 49 54)(45 50 56)(48 52 58)(53 59 64)(55 61 "
            "67)(60 65 66)(62 68 63)(69 70 73)(71 74 78)(72 75 77)(76 80 82)(79 81 83)(84 85 87)(86 88 89)(90"
            " 91 93)(92 94 97)(95 98 96)"
        ),
    ),
    "HS": (
        (
            "(4 5)(6 8)(7 9)(11 14)(12 16)(13 18)(15 21)(17 24)(19 27)(20 28)(23 32)(25 35)(26 37)(30 42)(31 "
            "44)(33 46)(39 52)(40 54)(41 56)(43 49)(45 61)(47 63)(48 55)(50 66)(51 58)(53 69)(57 74)(65 "
            "68)(67 76)(71 83)(72 85)(75 77)(78 91)(79 92)(81 90)(82 94)(84 86)(88 97)(89 98)(95 96)"
        ),
        (
            "(1 2 3 4 6)(5 7 10 13 19)(8 11 15 22 31)(9 12 17 25 36)(14 20 29 41 57)(16 23 33 47 52)(18 26 38"
            " 51 68)(21 30 43 59 76)(24 34 48 64 81)(27 39 53 70 84)(28 40 55 72 86)(32 45 46 62 79)(35 49 65"
            " 54 71)(37 50 67 82 94)(42 58 75 89 85)(44 60 77 90 91)(56 73 87 96 98)(61 78 74 88 92)(63 80 93"
            " 97 66)(69 83 95 99 100)"
        ),
    ),
    "McL": (
        (
            "(3 4)(5 7)(8 11)(9 12)(10 14)(13 18)(15 21)(16 23)(17 25)(19 28)(20 29)(22 32)(24 35)(26 38)(27 "
            "40)(31 45)(33 48)(34 49)(36 52)(37 54)(39 57)(41 60)(42 62)(43 64)(44 66)(47 69)(50 73)(53 "
            "76)(55 78)(56 80)(58 83)(59 84)(61 87)(65 91)(67 94)(71 98)(72 100)(74 86)(75 104)(77 105)(81 "
            "110)(85 107)(89 112)(90 118)(92 119)(95 123)(96 124)(97 103)(101 130)(102 132)(106 136)(108 "
            "138)(109 139)(111 133)(113 144)(115 147)(116 149)(117 151)(120 153)(121 155)(122 145)(127 "
            "159)(128 161)(129 163)(131 166)(134 169)(135 171)(140 157)(142 178)(146 182)(148 184)(150 "
            "160)(152 189)(154 192)(156 194)(162 197)(164 199)(165 201)(168 203)(170 185)(173 206)(174 "
            "207)(176 209)(179 212)(180 214)(181 216)(183 191)(186 198)(187 221)(190 205)(193 225)(195 "
            "227)(196 228)(200 232)(202 234)(204 215)(208 239)(210 242)(211 243)(213 245)(217 229)(218 "
            "235)(219 248)(220 249)(222 224)(223 251)(226 253)(230 240)(231 254)(233 256)(237 259)(238 "
            "260)(241 261)(246 265)(255 267)(257 269)(258 271)(262 268)(264 275)(273 274)"
        ),
        (
            "(1 2 3 5 8)(4 6 9 13 19)(7 10 15 22 33)(11 16 24 36 53)(12 17 26 39 58)(14 20 30 44 67)(18 27 41"
            " 61 88)(21 31 46 68 95)(23 34 50 52 75)(25 37 55 79 108)(28 42 63 90 119)(29 43 65 92 121)(32 47"
            " 70 97 126)(35 51 74 103 45)(38 56 81 111 142)(40 59 85 114 146)(48 71 99 128 162)(49 72 101 131"
            " 167)(54 77 106 137 174)(57 82 105 135 172)(60 86 115 148 185)(62 89 117 78 107)(64 73 102 133 "
            "168)(66 93 122 156 139)(69 96 125 158 195)(76 91 120 154 171)(80 109 140 176 166)(83 112 143 179"
            " 213)(84 113 145 181 217)(87 116 150 187 222)(94 100 129 164 200)(98 127 160 151 188)(104 134 "
            "170 205 236)(110 141 177 210 123)(118 152 190 147 183)(124 157 184 219 242)(130 165 202 203 "
            "227)(132 161 192 224 252)(136 173 189 223 234)(138 175 208 240 256)(144 180 215 246 266)(149 186"
            " 220 250 254)(153 191 206 237 212)(155 193 226 245 264)(159 196 229 253 259)(163 198 199 231 "
            "239)(169 204 235 258 272)(178 211 244 263 221)(182 218 207 238 228)(194 225 251 261 273)(197 230"
            " 201 233 257)(209 241 260 249 269)(214 216 247 267 271)(232 255 270 275 265)(243 262 274 248 "
            "268)"
        ),
    ),
}


def _diameter(usual: int, standard: int) -> KnownDiameter:
    values = {"usual": usual, "standard": standard}
    return KnownDiameter(
        f"{usual}; {standard} with by=standard", "computed", SEARCH, lambda by: values.get(by)
    )


def named_group(name: str) -> NamedGroup | None:
    """Look up a Mathieu group, ``"M11"``, ``"M12"``, ``"M22"``, ``"M23"`` or ``"M24"``; None for other names.

    The generators are the usual ones and their inverses.

    Examples
    --------
    >>> named_group("M12").order
    95040
    >>> named_group("S5") is None
    True
    """
    normal = name.strip().upper().replace("_", "")
    return NamedGroup.from_moves(normal, _moves(_USUAL[normal])) if normal in _USUAL else None


def _moves(texts: Sequence[str]) -> dict[str, Permutation]:
    """Return a, b, ..., and their inverses."""
    found = [parse_permutation(text) for text in texts]
    degree = max(map(len, found))
    return both_ways({letter: extend(p, degree) for letter, p in zip("abc", found, strict=False)})


def _mathieu(name: str, by: str) -> dict[str, Permutation]:
    check_choice(by, f"generators of {name}", ("usual", "standard"))
    return _moves((_STANDARD if by == "standard" else _USUAL)[name])


@graph_family(
    "groups",
    "M11 on 11 points by the two usual generators, or by=standard (a of order 2, b of order 4, ab of order"
    " 11, ababababbababbabb of order 4), both ways",
    name="M11",
    reference=_WILSON,
    diameter=_diameter(11, 21),
    examples=({}, {"by": "standard"}),
)
def _m11(by: str = "usual") -> dict[str, Permutation]:
    return _mathieu("M11", by)


@graph_family(
    "groups",
    "M12 on 12 points by the three usual generators, or by=standard (a in 2B, b in 3B, ab of order 11), both"
    " ways",
    name="M12",
    reference=_WILSON,
    diameter=_diameter(11, 40),
    examples=({}, {"by": "standard"}),
)
def _m12(by: str = "usual") -> dict[str, Permutation]:
    return _mathieu("M12", by)


@graph_family(
    "groups",
    "M22 on 22 points by the three usual generators, or by=standard (a in 2A, b in 4A, ab and ababb of order"
    " 11), both ways",
    name="M22",
    reference=_WILSON,
    diameter=_diameter(13, 34),
    examples=({}, {"by": "standard"}),
)
def _m22(by: str = "usual") -> dict[str, Permutation]:
    return _mathieu("M22", by)


@graph_family(
    "groups",
    "M23 on 23 points by the two usual generators, or by=standard (a in 2A, b in 4A, ab of order 23,"
    " ababababbababbabb of order 8), both ways",
    name="M23",
    reference=_WILSON,
    diameter=_diameter(18, 39),
    examples=({}, {"by": "standard"}),
)
def _m23(by: str = "usual") -> dict[str, Permutation]:
    return _mathieu("M23", by)


@graph_family(
    "groups",
    "M24 on 24 points by the three usual generators, or by=standard (a in 2B, b in 3A, ab of order 23,"
    " abababbababbabb of order 4), both ways",
    name="M24",
    reference=_WILSON,
    diameter=_diameter(17, 63),
    examples=({}, {"by": "standard"}),
)
def _m24(by: str = "usual") -> dict[str, Permutation]:
    return _mathieu("M24", by)


@graph_family(
    "groups",
    "Janko's group J1 on 266 points by standard generators (a of order 2, b of order 3, ab of order 7, ababb"
    " of order 19), both ways",
    name="J1",
    reference=_WILSON,
    diameter=KnownDiameter("50", "computed", SEARCH, lambda: 50),
)
def _j1() -> dict[str, Permutation]:
    return _moves(_STANDARD["J1"])


@graph_family(
    "groups",
    "Janko's group J2 on 100 points by standard generators (a in 2B, b in 3B, ab of order 7, ababb of order"
    " 12), both ways",
    name="J2",
    reference=_WILSON,
    diameter=KnownDiameter("63", "computed", SEARCH, lambda: 63),
)
def _j2() -> dict[str, Permutation]:
    return _moves(_STANDARD["J2"])


@graph_family(
    "groups",
    "Higman and Sims's group HS on 100 points by standard generators (a in 2A, b in 5A, ab of order 11),"
    " both ways",
    name="HS",
    reference=_WILSON,
    diameter=KnownDiameter("36", "computed", SEARCH, lambda: 36),
)
def _hs() -> dict[str, Permutation]:
    return _moves(_STANDARD["HS"])


@graph_family(
    "groups",
    "McLaughlin's group McL on 275 points by standard generators (a in 2A, b in 5A, ab of order 11,"
    " ababababbababbabb of order 7), both ways",
    name="McL",
    reference=_WILSON,
    diameter=KnownDiameter("40", "computed", SEARCH, lambda: 40),
)
def _mcl() -> dict[str, Permutation]:
    return _moves(_STANDARD["McL"])
