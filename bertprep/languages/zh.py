from .form import Language, Template, Wiki

LANGUAGE = Language(
    name="Chinese",
    scripts=("han",),
    spaces=False,
    after_speech="的等之",
    after_title="的",
    speakers="他她它我",
    speech_characters="说說道问問答喊叫",
    quotes=("“", "”"),
    wiki=Wiki(
        files=("文件", "档案", "檔案", "图像", "圖像", "图片", "圖片"),
        categories=("分类", "分類", "cat"),
        redirects=("重定向", "重新導向"),
        sections=(
            "参考文献", "參考文獻", "外部链接", "外部連結", "参见", "參見", "延伸阅读", "延伸閱讀", "注释", "註釋", "参考资料", "參考資料", "脚注", "腳註",
            "相关条目", "相關條目", "註解", "註腳", "注脚", "注解", "资料来源", "資料來源", "参看", "參看", "来源", "來源", "外部链结", "外部鏈接", "另见",
            "另見", "注释与参考文献", "引用", "引用来源", "備註", "备注", "參考", "参考", "參考來源", "参考来源", "扩展阅读", "扩展閱讀",
        ),
        top_sections=("图片", "圖片", "画廊", "畫廊", "图集", "圖集"),
        disambiguation=(
            "消歧义", "消歧義", "消歧义页", "消歧義頁", "人名消歧义", "人名消歧義", "地名消歧义", r"disambig\w*", "地名消歧義", "學校消歧義", "消含糊",
            "消除含糊", "消除歧义", "消除歧義",
        ),
        language_names={
            "en": "英语", "de": "德语", "fr": "法语", "es": "西班牙语", "it": "意大利语", "ru": "俄语", "la": "拉丁语", "el": "希腊语",
            "grc": "古希腊语", "ja": "日语", "ko": "韩语", "ar": "阿拉伯语", "he": "希伯来语", "vi": "越南语", "pt": "葡萄牙语",
            "nl": "荷兰语", "th": "泰语", "fa": "波斯语", "tr": "土耳其语",
        },
        language_label="{}：{}",
        templates=(
            Template("life", ("bd",)),
            Template("link", ("le", "internal link helper"), ("2", "0")),
            Template("link", ("tsl", "translink"), ("3", "2", "1")),
            Template("first", ("ruby", "ruby-ja", "僻字", "專名", "专名", "書名", "书名", "漢字", "誤字", "黑幕", "heimu")),
            Template("spaced", ("年号", "年號"), ("", "2")),
            Template("number", ("ntd", "nt$", "nt", "twd"), ("新臺幣", "元")),
            Template("number", ("hkd", "hk$"), ("港幣", "元")),
            Template("number", ("cny", "rmb"), ("人民币", "元")),
            Template("link", arguments=("2", "0"), pattern="link-.*"),
            Template("second", ("lang", "lang2")),
            Template("shows", ("langwithname", "lang-x"), ("$2：$3",)),
            Template("first", (
                "lj", "nowrap", "不換行", "ko-hhrm", "pinyin", "zy", "專名號", "书名号", "書名號", "lk", "jp", "jpn", "kai",
                "small", "標楷體",
            )),
            Template("link", ("internal link helper/en", "跨语言链接", "illm"), ("2", "0")),
            Template("in_marks", ("引號", "引号"), ("「", "」")),
        ),
        silent=(
            "来源请求", "來源請求", "fact", "谁", "誰", "何时", "何時", "什么", "哪里", "哪裡", "noteta", "sfn", "sfn*", "efn*", "refn",
            "refnest", "r", "flagicon", "en", "ja", "de", "fr", "link-en-icon", "en icon", "需要页码", "需要頁碼", "需要解释",
            "需要解釋", "模糊", "dead link", "失效链接", "國旗", "國旗圖示", "注", "註", "key press?", "可疑", "原創研究內文", "原创研究内文", "哪個",
            "為什麼", "不可靠的來源", "更佳來源", "按谁说", "which", "which?",
        ),
    ),
)
