"""Words, names and sentences in many scripts, picked by number: the same number gives the same text."""

from local.catalogue.ids import mix

_WORDS = {
    "en": "night river winter last paper silent house garden stranger return shadow summer letter island mirror secret "
    "children empire broken harbor golden road machine daughter circus orchard thunder kingdom lantern wolves & of the",
    "fr": "nuit été garçon forêt château étoile mémoire lumière hiver cœur déjà voyage fenêtre père sœur où",
    "de": "Nacht Straße Mädchen Frühling König Wälder Brücke Schatten größte Herz fünf Winter über Glück",
    "es": "noche año corazón niña jardín última canción sueño montaña señor mañana árbol luz",
    "pl": "noc źródło miłość książę łódź żółty gwiazda święty ręka pięć dzień światło",
    "tr": "gece güneş yağmur şehir kız ışık çocuk gökyüzü deniz ağaç",
    "vi": "đêm mùa xuân người tình biển nhớ những thành phố trẻ sông",
    "ru": "ночь зима река последний дом сестра дорога огонь небо тишина осень город мечта",
    "el": "νύχτα θάλασσα ουρανός άνοιξη φως παιδί δρόμος σπίτι καρδιά",
    "he": "לילה שלום ים עיר חורף ילדה דרך אור לב סוד",
    "ar": "ليل بحر مدينة شتاء حلم طريق نور قلب سر عائلة",
    "fa": "شب باران گل خانه ماه پدر کوچه رویا",
    "hi": "रात दिल प्रेम सागर शहर सपना घर राजा बारिश",
    "ta": "இரவு கடல் காதல் நகரம் மழை கனவு",
    "th": "กลางคืน ทะเล รัก เมือง ฝน ความฝัน บ้าน",
    "ka": "ღამე ზღვა ქალაქი სიზმარი გზა",
    "hy": "գիշեր ծով քաղաք երազ ճանապարհ",
    "am": "ሌሊት ባሕር ከተማ ሕልም",
    "ja": "夜 の 少女 東京 物語 プライド 夏 星 海 ひかり 記憶 最後",
    "ko": "밤 바다 소녀 겨울 기억 도시 마지막 여름 사랑",
    "zh": "夜 江湖 少年 春天 城市 最后 記憶 海 英雄 愛情",
}
LANGUAGES = tuple(_WORDS)
_VOCABULARY = {language: tuple(words.split()) for language, words in _WORDS.items()}
_UNSPACED = {"ja", "zh", "th"}
_GIVEN_NAMES = """
Anna Aki Zoë Søren Łukasz Dvořák José Mary-Kate O'Hara Nguyễn İpek Björk Chloé Jean-Luc Marta Ivan Priya Kwame Li
Olu Иван Мария 美咲 太郎 지민 محمد נועה Ελένη สมชาย प्रिया Abel Rosa Tom Ada Max Lena Omar Yuki Sara Paul Nina Hugo Ines
"""
_GIVEN = tuple(_GIVEN_NAMES.split())
_FAMILY_NAMES = """
Smith Kaurismäki Núñez Müller Kowalczyk Đặng Åberg Ó'Briain Şahin Petrov Sato Kim García Rossi Silva Dubois Novák
Петров 田中 김 الخطيب כהן Παπαδόπουλος Okafor Singh Larsen Weiss Costa Popescu Horváth Jansen Moreau Ito Chen
"""
_FAMILY = tuple(_FAMILY_NAMES.split())


def language(number: int) -> str:
    """An original language; English for every other title."""
    return "en" if number % 2 else LANGUAGES[number // 2 % len(LANGUAGES)]


def words(tongue: str, number: int, count: int) -> str:
    """`count` words of a language; those without spaces between words have none."""
    vocabulary = _VOCABULARY.get(tongue, _VOCABULARY["en"])
    picked = []
    for position in range(count):
        if position % 8 == 0:
            bits = mix(number, position)
        picked.append(vocabulary[(bits >> position % 8 * 8 & 0xFF) % len(vocabulary)])
    return ("" if tongue in _UNSPACED else " ").join(picked)


def title(tongue: str, number: int) -> str:
    """A title of one to four words."""
    text = words(tongue, number, 1 + number % 4)
    return text[:1].upper() + text[1:]


def person(number: int) -> str:
    """A person's name."""
    return f"{_GIVEN[number % len(_GIVEN)]} {_FAMILY[number // len(_GIVEN) % len(_FAMILY)]}"


def prose(tongue: str, number: int, count: int) -> str:
    """Sentences of twelve words, `count` of them."""
    sentences = (words(tongue, mix(number, sentence), 12) for sentence in range(count))
    return " ".join(sentence[:1].upper() + sentence[1:] + "." for sentence in sentences)
