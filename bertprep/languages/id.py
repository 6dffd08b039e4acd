from .form import Abbreviations, Language, Template, Wiki

LANGUAGE = Language(
    name="Indonesian",
    scripts=("latin",),
    function_words="""
        yang dan di dari untuk dengan pada ini itu adalah ke dalam tidak oleh sebagai juga akan telah atau mereka dia
        kami saya anda bisa karena tersebut lebih bahwa dapat seorang setiap semua antara tanpa supaya agar hanya
        sudah belum masih ada harus para serta maka namun hal ia nya kepada bagi tentang ketika jika seperti satu
    """,
    abbreviations=Abbreviations(
        never="""
            dr drs dra prof ir hj sdr sdri tn ny nn yth bpk kh k.h r.a r.m tb rr moh muh muhd abd st kol
            letkol mayjen brigjen letjen jend kapt lettu serma serka jl jln gg no hlm bdk tsb tgl thn bln
            u.b u.p d.a yg dg dgn kpd pd utk krn spt sbb ttg tdk jkt bdg kab kec kel ds dsn dk rt rw telp
            tel fax vol ed cet cth mis lih ttd t.t bag bab.p gbr tab lamp ps vs ca ing bel ind jw s.s s.e
            s.h s.pd m.a m.pd m.si s.si s.t m.t s.kom s.sos s.ag m.ag m.hum ph mr mrs ust ustd habib.p a.s
            s.w.t s.a.w r.a.h
        """,
        maybe="jan feb mar apr jun jul agt ags sep sept okt nov des sm m pt cv tbk jr sr inc ltd co corp",
        end="etc dll dsb dst dkk",
        number="hal ayat pasal bab",
    ),
    section_words="""
        bab bagian pasal lampiran gambar tabel buku jilid babak adegan pelajaran latihan teorema lema definisi
        contoh langkah
    """,
    separators=(".", ","),
    wiki=Wiki(
        files=("berkas", "gambar"),
        categories=("kategori",),
        redirects=("alih",),
        sections=(
            "referensi", "pranala luar", "lihat juga", "bacaan lanjutan", "catatan kaki", "catatan", "bacaan",
            "rujukan", "daftar pustaka", "sumber", "catatan dan referensi", "bacaan lebih lanjut", "pranala",
        ),
        top_sections=("galeri", "bibliografi", "pustaka"),
        disambiguation=(r"disambig\w*", "disambiguasi"),
        language_names={
            "en": "bahasa Inggris", "de": "bahasa Jerman", "fr": "bahasa Prancis", "es": "bahasa Spanyol",
            "it": "bahasa Italia", "ru": "bahasa Rusia", "la": "bahasa Latin", "el": "bahasa Yunani",
            "grc": "bahasa Yunani Kuno", "ja": "bahasa Jepang", "zh": "bahasa Tionghoa", "ar": "bahasa Arab",
            "he": "bahasa Ibrani", "pl": "bahasa Polandia", "tr": "bahasa Turki", "pt": "bahasa Portugis",
            "nl": "bahasa Belanda", "uk": "bahasa Ukraina",
        },
        language_label="{}: {}",
        templates=(
            Template("quote", ("kutipan",)),
            Template("convert", ("konversi",)),
        ),
        silent=("butuh rujukan", "fakta", "siapa", "kapan", "perlu dijelaskan", "rujukan", "sfn*", "kutip"),
    ),
)
