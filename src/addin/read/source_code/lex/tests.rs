//! What is code, what a string, and what a comment.

use super::{Language, Lexed};

fn code(language: Language, text: &str) -> String {
    let lexed = Lexed::new(language, text);
    assert_eq!(lexed.code.len(), text.len());
    lexed.code.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[test]
fn what_is_switched_off_is_a_comment_and_lines_stay() {
    let text = "a\n#if false\nb(\"c\");\n/* d\n#else\ne\n#endif\nf";
    assert_eq!(code(Language::CSharp, text), "a #if false #else e #endif f");
    assert_eq!(code(Language::Script, "#if false\nb\n#endif"), "#if false b #endif");
    // What stands in a string or a comment is no directive.
    let inside = "/*\n#if false\n*/ a\n@\"\n#if false\n\" b";
    assert_eq!(code(Language::CSharp, inside), "a @\" \" b");
    let lexed = Lexed::new(Language::CSharp, text);
    assert_eq!(lexed.spot(&crate::addin::evidence::Spot::file("a.cs"), text.len() - 1).line, 8);
}

#[test]
fn comments_and_strings_are_blanked() {
    assert_eq!(
        code(Language::CSharp, "a(); // b()\n/* c() */ d(\"e()\\\"f()\"); @\"g\"\"h\" '\"' i"),
        "a(); d(\" \"); @\" \" '\"' i"
    );
    assert_eq!(code(Language::CSharp, "\"\"\"x \"y\" z\"\"\" + a"), "\"\"\" \"\"\" + a");
    assert_eq!(code(Language::Basic, "a() ' b()\nREM c()\nd(\"e\"\"f\")"), "a() d(\" \")");
    assert_eq!(
        code(Language::PowerShell, "a # b\n<# c\nd #> e '# ''f' \"g`\"h\" @'\ni\n'@ j"),
        "a e ' ' \" \" @' '@ j"
    );
    assert_eq!(code(Language::Script, "a // b\nc('d', `e\nf`) /* g */"), "a c(' ', ` `)");
    assert_eq!(
        code(Language::Markup, "<a href=\"x\">don't</a> https://b <%-- c --%> @* d *@ e"),
        "<a href=\" \">don't</a> https://b e"
    );
    assert_eq!(code(Language::Shell, "# a\nb 'c' \"d\""), "b ' ' \" \"");
    assert_eq!(
        code(Language::Shell, "a\n  \"\"\"b()\nc()\"\"\"\nd = '''e\nf()''' g\n'''h()"),
        "a d = ''' ''' g '''"
    );
}

#[test]
fn what_is_not_closed_ends_with_its_line_or_the_file() {
    assert_eq!(code(Language::CSharp, "a(\"b\nc()"), "a(\" c()");
    assert_eq!(code(Language::CSharp, "a /* b"), "a");
    assert_eq!(code(Language::PowerShell, "a 'b\nc"), "a '");
    for text in ["\"", "'", "@\"", "\"\"\"", "/*", "@'\n", "<#", "`", "'\\", "\\", "'é'", "'\\u00e9'"] {
        for language in [
            Language::CSharp,
            Language::Basic,
            Language::PowerShell,
            Language::Script,
            Language::Markup,
            Language::Shell,
        ] {
            code(language, text);
        }
    }
}
