"""Countries and languages as Google numbers them.

A country's geo target constant is 2000 and its ISO 3166-1 number. Left out are Russia, where Google sells no
ads, and the countries it may not sell any in. Source: Google Ads API, Geo Targets; Codes and Formats.
"""

from __future__ import annotations

from adflux_core.errors import ValidationError

NUMBERS = {
    one[:2]: int(one[2:])
    for one in (
        "AD20 AE784 AF4 AG28 AI660 AL8 AM51 AO24 AQ10 AR32 AS16 AT40 AU36 AW533 AZ31 BA70 BB52 BD50 BE56 "
        "BF854 BG100 BH48 BI108 BJ204 BM60 BN96 BO68 BQ535 BR76 BS44 BT64 BW72 BY112 BZ84 CA124 CD180 CF140 "
        "CG178 CH756 CI384 CK184 CL152 CM120 CN156 CO170 CR188 CV132 CW531 CY196 CZ203 DE276 DJ262 DK208 "
        "DM212 DO214 DZ12 EC218 EE233 EG818 ER232 ES724 ET231 FI246 FJ242 FK238 FM583 FO234 FR250 GA266 "
        "GB826 GD308 GE268 GF254 GG831 GH288 GI292 GL304 GM270 GN324 GP312 GQ226 GR300 GT320 GU316 GW624 "
        "GY328 HK344 HN340 HR191 HT332 HU348 ID360 IE372 IL376 IM833 IN356 IQ368 IS352 IT380 JE832 JM388 "
        "JO400 JP392 KE404 KG417 KH116 KI296 KM174 KN659 KR410 KW414 KY136 KZ398 LA418 LB422 LC662 LI438 "
        "LK144 LR430 LS426 LT440 LU442 LV428 LY434 MA504 MC492 MD498 ME499 MG450 MH584 MK807 ML466 MM104 "
        "MN496 MO446 MP580 MQ474 MR478 MS500 MT470 MU480 MV462 MW454 MX484 MY458 MZ508 NA516 NC540 NE562 "
        "NG566 NI558 NL528 NO578 NP524 NR520 NU570 NZ554 OM512 PA591 PE604 PF258 PG598 PH608 PK586 PL616 "
        "PM666 PR630 PS275 PT620 PW585 PY600 QA634 RE638 RO642 RS688 RW646 SA682 SB90 SC690 SE752 SG702 "
        "SH654 SI705 SK703 SL694 SM674 SN686 SO706 SR740 SS728 ST678 SV222 SX534 SZ748 TC796 TD148 TG768 "
        "TH764 TJ762 TL626 TM795 TN788 TO776 TR792 TT780 TV798 TW158 TZ834 UA804 UG800 US840 UY858 UZ860 "
        "VA336 VC670 VE862 VG92 VI850 VN704 VU548 WF876 WS882 YE887 YT175 ZA710 ZM894 ZW716"
    ).split()
}
LANGUAGES = {"en": 1000, "es": 1003}  # what our words are written in


def country_constant(country: str) -> str:
    """`geoTargetConstants/2170` for CO. Raises ValidationError where Google has no ads."""
    if country not in NUMBERS:
        raise ValidationError(f"Google Ads cannot reach {country}: choose Meta", platform="google_ads")
    return constant_of(2000 + NUMBERS[country])


def constant_of(number: int | str) -> str:
    """The resource name of a place by its number."""
    return f"geoTargetConstants/{number}"


def language_constant(language: str) -> str:
    """`languageConstants/1003` for es. Raises ValidationError on a language we have no words in."""
    if language not in LANGUAGES:
        raise ValidationError(
            f"the ad is in {language}: AdFlux advertises in Spanish and English", platform="google_ads"
        )
    return f"languageConstants/{LANGUAGES[language]}"
