//! A gate for PowerShell text. No PowerShell runs here; what a grammar, an allow-list and a few checks of our
//! own can know is checked: the text parses, runs nothing but the commands meant, and keeps to the syntax of
//! Windows PowerShell 2.0.

use std::collections::BTreeSet;

use tree_sitter::{Node, Parser, Tree};

/// Cmdlets a script may use. Functions it defines itself are allowed as well.
const CMDLETS: &[&str] = &[
    "Add-PSSnapin",
    // Rows to text and back: unlike Export-Csv and Import-Csv they know no path, whose brackets PowerShell 2.0 takes
    // for a pattern.
    "ConvertFrom-Csv",
    "ConvertTo-Csv",
    "Get-Command",
    "Get-Date",
    "Get-Item",
    "Get-ItemProperty",
    "Get-Module",
    "Get-Process",
    "Get-SPAppDomain",
    "Get-SPAppInstance",
    "Get-SPAppPrincipal",
    "Get-SPAppSiteSubscriptionName",
    "Get-SPAuthenticationRealm",
    "Get-SPContentDatabase",
    "Get-SPDatabase",
    "Get-SPFarm",
    "Get-SPManagedAccount",
    "Get-SPPendingUpgradeActions",
    "Get-SPSecurityTokenServiceConfig",
    "Get-SPServer",
    "Get-SPServiceApplication",
    "Get-SPServiceInstance",
    "Get-SPSite",
    "Get-SPTrustedRootAuthority",
    "Get-SPTrustedSecurityTokenIssuer",
    "Get-SPWeb",
    "Get-SPWebApplication",
    "Get-Service",
    "Import-Module",
    "Join-Path",
    "New-Object",
    "New-SPTrustedRootAuthority",
    "New-SPTrustedSecurityTokenIssuer",
    "Out-Null",
    "Register-SPAppPrincipal",
    "Select-Object",
    "Set-SPAppPrincipalPermission",
    "Set-StrictMode",
    "Split-Path",
    "Start-Process",
    "Start-Sleep",
    "Start-Transcript",
    "Stop-Transcript",
    "Test-Path",
    "Test-SPContentDatabase",
    "Upgrade-SPContentDatabase",
    "Where-Object",
    "Write-Host",
    "Write-Verbose",
    "Write-Warning",
];

/// Cmdlets that change a farm: the script has asked before, so they must not ask again, and must stop at an error.
const ASKED: &[&str] =
    &["New-SPTrustedRootAuthority", "New-SPTrustedSecurityTokenIssuer", "Set-SPAppPrincipalPermission"];

/// Programs of SharePoint and IIS that may be started with `&`, by the variable that holds their path.
const PROGRAMS: &[&str] = &["$appcmd", "$stsadm"];

/// Parameters that skip, force or delete; also the words PowerShell would accept for them.
const PARAMETERS: &[&str] = &[
    "-force",
    "-forcedeletelock",
    "-nob2bsiteupgrade",
    "-skipsiteupgrade",
    "-skipintegritychecks",
    "-usesnapshot",
    "-allowunattached",
    "-recurse",
];

/// Text outside of strings and comments that needs a PowerShell above 2.0, a .NET above 2.0, or runs text as code.
const WORDS: &[&str] = &[
    "[ordered]",
    "[pscustomobject]",
    "::new(",
    "&&",
    "||",
    "?",
    "-in ",
    "-notin ",
    "-shl ",
    "-shr ",
    "$psitem",
    "$psscriptroot",
    "$pscommandpath",
    "isnullorwhitespace",
    ".foreach(",
    ".where(",
    "using:",
    "-raw",
    "-append",
    "scriptblock",
    "invokecommand",
    "invokescript",
    "expandstring",
    "invoke-expression",
    "iex ",
    "add-type",
    "remove-item",
    "workflow ",
    "class ",
    "enum ",
    ">",
];

const SMART_QUOTES: std::ops::RangeInclusive<char> = '\u{2018}'..='\u{201f}';

/// A script with its syntax tree.
pub(super) struct Script {
    text: String,
    tree: Tree,
}

impl Script {
    pub(super) fn parse(text: &str) -> Self {
        let mut parser = Parser::new();
        parser.set_language(&tree_sitter_powershell::LANGUAGE.into()).expect("the grammar fits the parser");
        let text = text.trim_start_matches('\u{feff}').to_owned();
        let tree = parser.parse(&text, None).expect("parsing is not limited in time");
        Self { text, tree }
    }

    /// Every node, in the order of the text.
    pub(super) fn nodes(&self) -> Vec<Node<'_>> {
        let mut open = vec![self.tree.root_node()];
        let mut nodes = Vec::new();
        while let Some(node) = open.pop() {
            nodes.push(node);
            let mut cursor = node.walk();
            let children: Vec<Node<'_>> = node.children(&mut cursor).collect();
            open.extend(children.into_iter().rev());
        }
        nodes
    }

    fn of_kind(&self, kind: &str) -> Vec<Node<'_>> {
        self.nodes().into_iter().filter(|node| node.kind() == kind).collect()
    }

    pub(super) fn text(&self, node: Node<'_>) -> &str {
        self.text.get(node.byte_range()).expect("nodes lie on borders of characters")
    }

    /// What is run, in the order of the text: names of commands, and expressions after `&` or `.`.
    pub(super) fn commands(&self) -> Vec<&str> {
        self.of_kind("command").into_iter().map(|command| self.name(command)).collect()
    }

    fn name(&self, command: Node<'_>) -> &str {
        command.child_by_field_name("command_name").map_or("", |name| self.text(name))
    }

    /// The text of a function.
    pub(super) fn function(&self, name: &str) -> &str {
        let functions = self.of_kind("function_statement");
        let named = |node: &&Node<'_>| {
            let mut cursor = node.walk();
            node.children(&mut cursor)
                .any(|child| child.kind() == "function_name" && self.text(child) == name)
        };
        functions.iter().find(named).map(|node| self.text(*node)).expect("the script has this function")
    }

    /// The value of the last assignment to a variable at any level.
    pub(super) fn assigned(&self, variable: &str) -> Option<Node<'_>> {
        let assignments = self.of_kind("assignment_expression");
        let found = |node: &Node<'_>| node.child(0).is_some_and(|left| self.text(left) == variable);
        assignments.into_iter().rfind(found)?.child_by_field_name("value")
    }

    /// The text with strings and comments blanked out, in lower case.
    fn code(&self) -> String {
        let mut code = self.text.clone().into_bytes();
        for node in self.nodes() {
            if matches!(node.kind(), "comment" | "string_literal") {
                code[node.byte_range()].fill(b' ');
            }
        }
        String::from_utf8(code).expect("whole tokens were blanked out").to_lowercase()
    }

    /// Everything that is wrong with the script.
    pub(super) fn violations(&self) -> Vec<String> {
        let mut wrong = self.syntax();
        if wrong.is_empty() {
            wrong.extend(self.forbidden_commands());
            wrong.extend(self.forbidden_parameters());
            wrong.extend(self.unsafe_strings());
            wrong.extend(self.newer_syntax());
        }
        wrong
    }

    /// Errors of the grammar, and `try` without `catch` and `finally`, which the grammar lets through.
    pub(super) fn syntax(&self) -> Vec<String> {
        let broken = self.nodes().into_iter().filter(|node| node.is_error() || node.is_missing());
        let mut wrong: Vec<String> = broken
            .map(|node| {
                format!("syntax error at line {}: {:?}", node.start_position().row + 1, self.text(node))
            })
            .collect();
        for node in self.of_kind("try_statement") {
            let mut cursor = node.walk();
            if !node
                .children(&mut cursor)
                .any(|child| matches!(child.kind(), "catch_clauses" | "finally_clause"))
            {
                wrong.push(format!("try without catch at line {}", node.start_position().row + 1));
            }
        }
        wrong
    }

    fn forbidden_commands(&self) -> Vec<String> {
        let functions: BTreeSet<&str> =
            self.of_kind("function_name").into_iter().map(|name| self.text(name)).collect();
        let allowed = |command: &Node<'_>| {
            let name = self.name(*command);
            match command.child(0).filter(|child| child.kind() == "command_invokation_operator") {
                Some(operator) => self.text(operator) == "&" && PROGRAMS.contains(&name),
                None => CMDLETS.contains(&name) || functions.contains(name),
            }
        };
        let commands = self.of_kind("command").into_iter().filter(|command| !allowed(command));
        commands.map(|command| format!("command not allowed: {}", self.text(command))).collect()
    }

    fn forbidden_parameters(&self) -> Vec<String> {
        let mut wrong = Vec::new();
        for command in self.of_kind("command") {
            let parameters = self.parameters(command);
            let upgrade = self.name(command) == "Upgrade-SPContentDatabase";
            let known = |p: &str| matches!(p, "-identity" | "-confirm:$false" | "-erroraction");
            let mut cursor = command.walk();
            let elements = command.children(&mut cursor).find(|child| child.kind() == "command_elements");
            let block_first =
                elements.is_some_and(|elements| self.text(elements).trim_start().starts_with('{'));
            if parameters.iter().any(|p| PARAMETERS.contains(&p.as_str()))
                || (upgrade && !parameters.iter().map(String::as_str).all(known))
                || (upgrade && !parameters.iter().any(|p| p == "-confirm:$false"))
                || (ASKED.contains(&self.name(command))
                    && !["-confirm:$false", "-erroraction"]
                        .iter()
                        .all(|wanted| parameters.iter().any(|p| p == wanted)))
                || (self.name(command) == "Where-Object" && !block_first)
            {
                wrong.push(format!("parameters not allowed: {}", self.text(command)));
            }
        }
        wrong
    }

    /// Parameters of a command in lower case, with the value that is glued to a switch; not those of commands
    /// inside its arguments.
    fn parameters(&self, command: Node<'_>) -> Vec<String> {
        let mut parameters = Vec::new();
        let mut open = vec![command];
        while let Some(node) = open.pop() {
            if node.kind() == "command_parameter" {
                let tail =
                    self.text.get(node.start_byte()..command.end_byte()).expect("a node of the command");
                let word = tail.split(|c: char| c.is_whitespace() || c == ')').next().unwrap_or_default();
                parameters.push(word.to_lowercase());
            }
            let mut cursor = node.walk();
            open.extend(node.children(&mut cursor).filter(|child| child.kind() != "command"));
        }
        parameters
    }

    /// Strings with quotes that only PowerShell takes for quotes, and strings that evaluate something.
    fn unsafe_strings(&self) -> Vec<String> {
        let mut wrong = Vec::new();
        for node in self.of_kind("string_literal") {
            let text = self.text(node);
            if !text.is_ascii() || text.chars().any(|c| SMART_QUOTES.contains(&c)) {
                wrong.push(format!("string is not ASCII: {text}"));
            }
            if text.starts_with('"') && text.contains('$') {
                wrong.push(format!("string evaluates something: {text}"));
            }
            if text.starts_with('@') {
                wrong.push(format!("here-string: {text}"));
            }
        }
        wrong
    }

    fn newer_syntax(&self) -> Vec<String> {
        let code = self.code();
        let mut wrong: Vec<String> = WORDS
            .iter()
            .filter(|word| code.contains(**word))
            .map(|word| format!("not allowed in code: {word}"))
            .collect();
        if !code.is_ascii() {
            wrong.push("code is not ASCII".to_owned());
        }
        wrong
    }
}

/// The value of a literal as the generator writes it: `'…'`, or `('…' + [char]0x2019 + …)`.
pub(super) fn value(expression: &str) -> Option<String> {
    let expression = expression.trim();
    let mut rest =
        expression.strip_prefix('(').and_then(|inner| inner.strip_suffix(')')).unwrap_or(expression);
    let mut units: Vec<u16> = Vec::new();
    loop {
        if let Some(digits) = rest.strip_prefix("[char]0x") {
            units.push(u16::from_str_radix(digits.get(..4)?, 16).ok()?);
            rest = digits.get(4..)?;
        } else {
            rest = rest.strip_prefix('\'')?;
            loop {
                let (before, behind) = rest.split_once('\'')?;
                units.extend(before.encode_utf16());
                rest = behind;
                let Some(doubled) = rest.strip_prefix('\'') else { break };
                units.push(u16::from(b'\''));
                rest = doubled;
            }
        }
        if rest.is_empty() {
            return String::from_utf16(&units).ok();
        }
        rest = rest.strip_prefix(" + ")?;
    }
}
