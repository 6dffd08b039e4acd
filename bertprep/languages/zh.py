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
        files=("文件", "档案", "檔案", "图像", "圖像"),
        categories=("分类", "分類"),
        redirects=("重定向",),
        sections=(
            "参考文献", "參考文獻", "外部链接", "外部連結", "参见", "參見", "延伸阅读", "延伸閱讀", "注释", "註釋", "参考资料", "參考資料", "脚注", "腳註",
            "相关条目", "相關條目",
        ),
        disambiguation=("消歧义", "消歧義", "消歧义页", "消歧義頁", "人名消歧义", "人名消歧義", "地名消歧义"),
        language_names={
            "en": "英语", "de": "德语", "fr": "法语", "es": "西班牙语", "it": "意大利语", "ru": "俄语", "la": "拉丁语", "el": "希腊语",
            "grc": "古希腊语", "ja": "日语", "ko": "韩语", "ar": "阿拉伯语", "he": "希伯来语", "vi": "越南语", "pt": "葡萄牙语", "nl": "荷兰语",
            "th": "泰语", "fa": "波斯语", "tr": "土耳其语",
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
            Template("link", arguments=("2", "0"), pattern=r"link-.*"),
        ),
    ),
)
