"""The names of countries, states and provinces: data for `places`, most of it from CLDR by way of Babel."""

from __future__ import annotations

import unicodedata
from functools import cache

from babel import Locale
from babel.core import get_global

LOCALES = ("en", "es")
# CLDR's codes that are no country's.
UNIONS = frozenset({"EU", "EZ", "UN", "ZZ", "XA", "XB", "QO"})
# Names people use that CLDR has under another.
COUNTRY_ALIASES = {
    "usa": "US", "u.s.": "US", "u.s": "US", "u.s.a.": "US", "us": "US", "united states of america": "US",
    "ee.uu.": "US", "eeuu": "US", "ee. uu.": "US", "estados unidos de america": "US", "uk": "GB",
    "u.k.": "GB", "england": "GB", "scotland": "GB", "wales": "GB", "northern ireland": "GB",
    "great britain": "GB",
    "inglaterra": "GB", "the netherlands": "NL", "holland": "NL", "holanda": "NL", "czech republic": "CZ",
    "republica checa": "CZ", "republic of ireland": "IE", "hong kong": "HK", "korea": "KR", "turkey": "TR",
    "turquia": "TR", "republica dominicana": "DO", "uae": "AE", "viet nam": "VN", "macedonia": "MK",
}  # fmt: skip
US_STATES = dict(
    pair.split(":") for pair in (
        "AL:alabama,AK:alaska,AZ:arizona,AR:arkansas,CA:california,CO:colorado,CT:connecticut,DE:delaware,"
        "DC:district of columbia,FL:florida,GA:georgia,HI:hawaii,ID:idaho,IL:illinois,IN:indiana,IA:iowa,"
        "KS:kansas,KY:kentucky,LA:louisiana,ME:maine,MD:maryland,MA:massachusetts,MI:michigan,MN:minnesota,"
        "MS:mississippi,MO:missouri,MT:montana,NE:nebraska,NV:nevada,NH:new hampshire,NJ:new jersey,"
        "NM:new mexico,NY:new york,NC:north carolina,ND:north dakota,OH:ohio,OK:oklahoma,OR:oregon,"
        "PA:pennsylvania,RI:rhode island,SC:south carolina,SD:south dakota,TN:tennessee,TX:texas,UT:utah,"
        "VT:vermont,VA:virginia,WA:washington,WV:west virginia,WI:wisconsin,WY:wyoming"
    ).split(",")
)  # fmt: skip
CA_PROVINCES = dict(
    pair.split(":") for pair in (
        "AB:alberta,BC:british columbia,MB:manitoba,NB:new brunswick,NL:newfoundland and labrador,"
        "NS:nova scotia,ON:ontario,PE:prince edward island,QC:quebec,SK:saskatchewan"
    ).split(",")
)  # fmt: skip
# Colombia is home: its departments stand without the country's name in every local file. Left out are
# those whose name is also a place elsewhere (Bolívar, Córdoba, Santander, Sucre, La Guajira, Amazonas…).
CO_DEPARTMENTS = frozenset(
    "antioquia,atlantico,boyaca,caldas,caqueta,casanare,cauca,cesar,choco,cundinamarca,guainia,guaviare,huila,"
    "magdalena,meta,narino,norte de santander,putumayo,quindio,risaralda,tolima,valle del cauca,vaupes,"
    "vichada".split(",")
)
# Cities that settle what a code means which is both a state and a country: "Denver, CO", "Medellín, CO".
US_CITIES = frozenset(
    "san francisco,san jose,san diego,san mateo,palo alto,mountain view,menlo park,redwood city,foster city,"
    "santa clara,sunnyvale,oakland,fremont,cupertino,irvine,culver city,santa monica,sacramento,burbank,"
    "south san francisco,san bruno,berkeley,carlsbad,anaheim,boulder,colorado springs,fort collins,atlanta,"
    "boston,cambridge,waltham,baltimore,columbia,bethesda,minneapolis,st. paul,saint paul,st. louis,st louis,"
    "kansas city,omaha,charlotte,raleigh,durham,cary,philadelphia,pittsburgh,nashville,memphis,arlington,"
    "richmond,reston,mclean,phoenix,scottsdale,tempe,tucson,new orleans,portland,boise,birmingham,wilmington,"
    "charleston,little rock,los altos,los gatos,newport beach,san ramon,pleasanton,emeryville".split(",")
)
CO_CITIES = frozenset(
    "bogota,medellin,cali,barranquilla,cartagena,bucaramanga,pereira,manizales,cucuta,ibague,santa marta,"
    "villavicencio,armenia,pasto,neiva,monteria,popayan,valledupar,sincelejo,tunja,riohacha,envigado,itagui,"
    "bello,soacha,palmira,buenaventura,floridablanca,rionegro,chia,zipaquira,sabaneta,soledad,dosquebradas".split(
        ","
    )
)
CITY_ALIASES = {"sf": "San Francisco", "nyc": "New York"}
# What stands where a place should, and is none.
NO_PLACE = frozenset(
    "n/a,none,null,blank,multiple locations,multiple,various,varios,varias,otra,otro,otros,other,"
    "others,hq,headquarters,office,in-office,in office,onsite,on-site,on site,presencial,hybrid,"
    "hibrido,distributed,global,worldwide,anywhere,any office,emea,apac,amer,americas,latam,"
    "north america,south america,european union,eu,remote-friendly,remote friendly,flexible,"
    "no aplica,nacional,todo el pais,resto del mundo,internacional,location flexible,"
    "select locations,travel-required,central,northeast,southeast,northwest,southwest,west coast,"
    "east coast,na".split(",")
)  # fmt: skip


def plain(name: str) -> str:
    """Without accents and capitals, for comparing."""
    return unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower().strip()


@cache
def countries() -> dict[str, str]:
    """Plain name in Spanish or English, or three-letter code → ISO 3166-1 alpha-2."""
    found: dict[str, str] = {}
    for language in LOCALES:
        for code, name in Locale(language).territories.items():
            if len(code) == 2 and code.isalpha():
                found[plain(name)] = code
    for code, now in get_global("territory_aliases").items():
        if len(code) == 3 and code.isalpha() and len(now) == 1:
            found[code.lower()] = now[0]
    found = {name: code for name, code in found.items() if code not in UNIONS}
    return found | COUNTRY_ALIASES


@cache
def country_codes() -> frozenset[str]:
    """Every ISO 3166-1 alpha-2 code."""
    return frozenset(code for code in countries().values() if len(code) == 2)


@cache
def continents() -> frozenset[str]:
    """Plain names of parts of the world larger than a country."""
    return frozenset(
        plain(name)
        for language in LOCALES
        for code, name in Locale(language).territories.items()
        if code.isdigit() or code in {"EU", "EZ", "UN"}
    )


@cache
def zone_cities() -> dict[str, str]:
    """Plain name of a city a time zone is named after → its country."""
    found: dict[str, str] = {}
    for zone, country in get_global("zone_territories").items():
        found[plain(zone.rpartition("/")[2].replace("_", " "))] = country
        for language in LOCALES:
            city = Locale(language).time_zones.get(zone, {}).get("city")
            if city:
                found[plain(city)] = country
    return found


# Cities that bear another country's name, and where they are.
NAMESAKES = {
    "armenia": ("CO",),
    "granada": ("ES", "CO", "NI"),
    "guadalupe": ("CO", "CR", "MX", "PE"),
    "martinica": ("CO",),
    "peru": ("US",),
}
