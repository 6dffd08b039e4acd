"""What a dump says about its wiki, and what each language calls files, categories and sections without prose."""

import dataclasses
from collections.abc import Mapping
from functools import cached_property

FILE_WORDS = (
    "file image media datei bild fichier archivo imagen ficheiro imagem immagine bestand afbeelding plik grafika файл"
    " изображение 文件 档案 檔案 图像 圖像 ファイル 画像 파일 그림 ملف صورة tập_tin dosya चित्र"
)
CATEGORY_WORDS = (
    "category kategorie catégorie categoría categoria kategoria kategori категория категорія 分类 分類 カテゴリ"
    " 분류 تصنيف thể_loại श्रेणी"
)
SECTIONS = {  # headings, lower case, of sections without prose
    "en": "references|external links|see also|further reading|notes|bibliography|sources|footnotes|citations|gallery"
    "|notes and references|references and notes|works cited|external link|links|literature|references and sources"
    "|notes and citations|general references|explanatory notes|sources and further reading"
    "|references and further reading|further reading and references|cited references",
    "de": "einzelnachweise|weblinks|literatur|siehe auch|quellen|fußnoten|anmerkungen|belege|galerie",
    "fr": "notes et références|références|liens externes|voir aussi|bibliographie|articles connexes|annexes|lien externe",
    "es": "referencias|enlaces externos|véase también|bibliografía|notas|notas y referencias|fuentes|otras lecturas",
    "it": "note|collegamenti esterni|voci correlate|bibliografia|altri progetti|fonti",
    "pt": "referências|ligações externas|ver também|bibliografia|notas|notas e referências|leitura adicional",
    "nl": "referenties|externe links|externe link|zie ook|bronnen|literatuur|noten|voetnoten",
    "pl": "przypisy|linki zewnętrzne|zobacz też|bibliografia|uwagi",
    "ru": "примечания|ссылки|см. также|литература|источники|сноски",
    "uk": "примітки|посилання|див. також|література|джерела",
    "sv": "referenser|externa länkar|se även|källor|noter|litteratur|fotnoter",
    "ja": "脚注|外部リンク|関連項目|参考文献|出典|注釈|関連文献",
    "zh": "参考文献|參考文獻|外部链接|外部連結|参见|參見|延伸阅读|延伸閱讀|注释|註釋"
    "|参考资料|參考資料|脚注|腳註|相关条目|相關條目",
    "ko": "각주|외부 링크|같이 보기|참고 문헌|주석|출처",
    "ar": "مراجع|وصلات خارجية|انظر أيضا|المراجع|هوامش",
    "tr": "kaynakça|dış bağlantılar|ayrıca bakınız|notlar",
}
# below the second level these are chapters on literature, springs or music rather than lists of books
ONLY_SECOND_LEVEL = {
    *(
        "literature",
        "literatur",
        "litteratur",
        "literatuur",
        "литература",
        "література",
        "bibliography",
        "bibliografia",
    ),
    *(
        "sources",
        "quellen",
        "källor",
        "bronnen",
        "fuentes",
        "fonti",
        "links",
        "notes",
        "note",
        "notas",
        "noter",
        "noten",
    ),
    *("gallery", "galerie"),
}


@dataclasses.dataclass(frozen=True)
class Site:
    """What a dump says about its wiki: language code and the names of the namespaces by number."""

    language: str = "en"
    namespaces: Mapping[int, str] = dataclasses.field(default_factory=dict)

    @cached_property
    def dropped_prefixes(self) -> frozenset[str]:
        """Lower-case prefixes of links that show nothing in the text: files and categories."""
        own = (self.namespaces.get(key, "") for key in (-2, 6, 14))
        words = [*FILE_WORDS.split(), *CATEGORY_WORDS.split(), *own]
        return frozenset(word.replace("_", " ").lower() for word in words if word)

    @cached_property
    def dropped_sections(self) -> frozenset[str]:
        """Lower-case headings of sections that hold no prose."""
        language = self.language.split("-")[0].lower()
        return frozenset(SECTIONS["en"].split("|") + SECTIONS.get(language, "").split("|")) - {""}
