from .form import Language, Template, Wiki

LANGUAGE = Language(
    name="Japanese",
    scripts=("kana", "han"),
    spaces=False,
    after_speech="とってはがをにのでもやなへかだよじら",
    after_title="がをの",
    quotes=("「", "」"),
    wiki=Wiki(
        files=("ファイル", "画像"),
        categories=("カテゴリ",),
        redirects=("転送", "リダイレクト"),
        sections=(
            "脚注", "外部リンク", "関連項目", "参考文献", "出典", "注釈", "関連文献", "参考資料", "関連書籍", "資料", "注", "注記", "脚注・出典", "参照",
            "出典・脚注", "注釈・出典", "注釈および出典", "脚注および参考文献",
        ),
        top_sections=("ギャラリー", "画像"),
        disambiguation=("aimai", "曖昧さ回避", "人名の曖昧さ回避", "地名の曖昧さ回避", "学校名の曖昧さ回避", "サブページ曖昧さ回避"),
        language_names={
            "en": "英語", "de": "ドイツ語", "fr": "フランス語", "es": "スペイン語", "it": "イタリア語", "ru": "ロシア語", "la": "ラテン語",
            "el": "ギリシア語", "grc": "古代ギリシア語", "zh": "中国語", "ko": "朝鮮語", "ar": "アラビア語", "he": "ヘブライ語", "pt": "ポルトガル語",
            "nl": "オランダ語", "fa": "ペルシア語", "tr": "トルコ語",
        },
        language_label="{}: {}",
        templates=(
            Template("link", ("仮リンク",), ("0",)),
            Template("with_reading", ("読み仮名", "読み仮名 ruby不使用", "よみがな", "ふりがな")),
            Template("first", (
                "ruby", "ルビ", "要出典範囲", "要説明範囲", "by", "by2", "機種依存文字", "拡張漢字", "補助漢字フォント", "jis2004フォント",
                "jis90フォント",
            )),
            Template("first", ("cp932フォント", "旧字体", "新字体", "縦書き", "和暦", "要検証範囲", "独自研究範囲")),
            Template("filled_in", ("生年月日と年齢", "生年月日"), ("{}年{}月{}日",)),
            Template("link", arguments=("2", "0"), pattern="link-.*"),
            Template("second", ("lang",)),
            Template("first", (
                "nowrap", "改行なし", "誰範囲", "誰2範囲", "年月日", "jis90", "漢字", "和暦2", "読み", "補助漢字", "環境依存文字", "特殊文字", "要検証",
                "要曖昧さ回避", "要高次出典範囲", "要追加記述範囲", "無効なコード", "sname", "snamei",
            )),
        ),
        silent=(
            "要出典", "いつ", "誰", "誰2", "どこ", "なぜ", "誰？", "refnest", "sfn", "sfn*", "efn*", "r", "rp", "要ページ番号", "出典無効",
            "疑問点", "enlink", "anchors", "ipa", "ipa-*", "audio", "要説明", "要高次出典", "信頼性要検証", "要追加記述", "リンク切れ",
            "flagicon", "国旗アイコン", "lang icon", "en icon", "ja icon", "要文献特定詳細情報", "独自研究?", "独自研究", "仮", "注", "refn",
            "要非一次", "要更新", "のりば", "駅番号", "旗",
        ),
    ),
)
