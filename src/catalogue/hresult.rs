//! Error numbers that Windows and .NET put beside a sentence, or in place of one: HRESULTs, in hexadecimal or as the
//! negative decimal that .NET and SharePoint logs show. Names and meanings are those of the headers `winerror.h`,
//! `wininet.h` and `corerror.h`.

use std::sync::LazyLock;

use regex::Regex;

/// What an error number says.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Hresult {
    /// The number.
    pub code: u32,
    /// Its name in the header.
    pub name: &'static str,
    /// What it says, as the end of a sentence.
    pub meaning: &'static str,
    /// Codes of rules that are often behind it.
    pub rules: &'static [&'static str],
}

/// An error of Windows (`winerror.h`) as an HRESULT: facility 7, the error in the lower half.
const fn windows(error: u16) -> u32 {
    0x8007_0000 | error as u32
}

const fn known(
    code: u32,
    name: &'static str,
    meaning: &'static str,
    rules: &'static [&'static str],
) -> Hresult {
    Hresult { code, name, meaning, rules }
}

/// Those that turn up around patches, services, databases and certificates.
const KNOWN: [Hresult; 50] = [
    known(windows(2), "ERROR_FILE_NOT_FOUND", "a file was not found", &[]),
    known(windows(3), "ERROR_PATH_NOT_FOUND", "a path was not found", &[]),
    known(
        windows(5),
        "E_ACCESSDENIED",
        "access was denied: to a file, a registry key, a service or an object of the farm",
        &["UD05", "UD33"],
    ),
    known(windows(13), "ERROR_INVALID_DATA", "data were not valid", &[]),
    known(windows(14), "E_OUTOFMEMORY", "memory ran out", &[]),
    known(windows(32), "ERROR_SHARING_VIOLATION", "a file is in use by another process", &["UD33"]),
    known(windows(53), "ERROR_BAD_NETPATH", "a network path was not found", &[]),
    known(windows(87), "E_INVALIDARG", "an argument was not valid", &[]),
    known(windows(112), "ERROR_DISK_FULL", "a disk is full", &[]),
    known(windows(126), "ERROR_MOD_NOT_FOUND", "a library, or one that it needs, was not found", &[]),
    known(windows(183), "ERROR_ALREADY_EXISTS", "it exists already", &[]),
    known(windows(997), "ERROR_IO_PENDING", "an operation is still under way", &["UD15"]),
    known(
        windows(1053),
        "ERROR_SERVICE_REQUEST_TIMEOUT",
        "a Windows service did not start in time",
        &["UD31"],
    ),
    known(windows(1056), "ERROR_SERVICE_ALREADY_RUNNING", "a Windows service runs already", &[]),
    known(windows(1058), "ERROR_SERVICE_DISABLED", "a Windows service is disabled", &[]),
    known(windows(1060), "ERROR_SERVICE_DOES_NOT_EXIST", "there is no such Windows service", &[]),
    known(windows(1061), "ERROR_SERVICE_CANNOT_ACCEPT_CTRL", "a Windows service is busy", &[]),
    known(windows(1062), "ERROR_SERVICE_NOT_ACTIVE", "a Windows service does not run", &[]),
    known(windows(1068), "ERROR_SERVICE_DEPENDENCY_FAIL", "a service that it depends on did not start", &[]),
    known(
        windows(1069),
        "ERROR_SERVICE_LOGON_FAILED",
        "a Windows service could not log on: its account or password is wrong",
        &[],
    ),
    known(windows(1168), "ERROR_NOT_FOUND", "an element was not found", &[]),
    known(windows(1317), "ERROR_NO_SUCH_USER", "there is no such account", &[]),
    known(windows(1326), "ERROR_LOGON_FAILURE", "the account or its password is wrong", &[]),
    known(windows(1330), "ERROR_PASSWORD_EXPIRED", "the password of an account has expired", &[]),
    known(windows(1331), "ERROR_ACCOUNT_DISABLED", "an account is disabled", &[]),
    known(windows(1332), "ERROR_NONE_MAPPED", "an account name could not be resolved", &["UD14"]),
    known(windows(1460), "ERROR_TIMEOUT", "it did not end in time", &[]),
    known(windows(1603), "ERROR_INSTALL_FAILURE", "an installation failed: its own log says why", &[]),
    known(windows(1618), "ERROR_INSTALL_ALREADY_RUNNING", "another installation is under way", &[]),
    known(windows(1722), "RPC_S_SERVER_UNAVAILABLE", "a server could not be reached (RPC)", &[]),
    known(windows(1909), "ERROR_ACCOUNT_LOCKED_OUT", "an account is locked out", &[]),
    known(windows(3010), "ERROR_SUCCESS_REBOOT_REQUIRED", "it is done, once the server was restarted", &[]),
    known(windows(12002), "ERROR_INTERNET_TIMEOUT", "a web request ran out of time", &[]),
    known(windows(12007), "ERROR_INTERNET_NAME_NOT_RESOLVED", "the name of a server was not resolved", &[]),
    known(windows(12029), "ERROR_INTERNET_CANNOT_CONNECT", "a web server could not be reached", &[]),
    known(0x8000_4002, "E_NOINTERFACE", "an object does not know what it was asked for", &[]),
    known(0x8000_4003, "E_POINTER", "nothing stood where an object was expected", &[]),
    known(0x8000_4005, "E_FAIL", "it failed, without a reason", &[]),
    known(0x8004_0154, "REGDB_E_CLASSNOTREG", "a COM class is not registered on this server", &[]),
    known(0x8009_030C, "SEC_E_LOGON_DENIED", "a logon was denied", &[]),
    known(
        0x8009_0322,
        "SEC_E_WRONG_PRINCIPAL",
        "the name of a service (SPN) belongs to another account",
        &[],
    ),
    known(
        0x8009_2013,
        "CRYPT_E_REVOCATION_OFFLINE",
        "a revocation list of certificates was not reached",
        &[],
    ),
    known(0x800B_0101, "CERT_E_EXPIRED", "a certificate has expired, or is not valid yet", &[]),
    known(0x800B_0109, "CERT_E_UNTRUSTEDROOT", "a certificate comes from a root that is not trusted", &[]),
    known(0x8013_1040, "FUSION_E_REF_DEF_MISMATCH", "an assembly was found in another version", &[]),
    known(0x8013_1500, "COR_E_EXCEPTION", "any exception of .NET: what stands beside it says which", &[]),
    known(0x8013_1505, "COR_E_TIMEOUT", "it did not end in time (.NET)", &[]),
    known(0x8013_1509, "COR_E_INVALIDOPERATION", "an operation does not fit the state of its object", &[]),
    known(0x8013_1522, "COR_E_TYPELOAD", "a type could not be loaded", &["UD10"]),
    known(
        0x8013_1904,
        "SqlException",
        "SQL Server, or the way to it, refused: the sentence beside it says what",
        &["UC01", "UC02", "UC06"],
    ),
];

/// The error numbers in a text that are known, each once, in their order.
pub fn read(text: &str) -> Vec<&'static Hresult> {
    // The digits of a GUID go on with a hyphen, or stand behind one.
    static NUMBERS: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(
            r"(?xi) (?:^|[^0-9a-z\-.]) (?: (?:0x)? (?<hex> 8[0-9a-f]{7}) | (?<decimal> -2\d{9}) ) (?:$|[^0-9a-z\-])",
        )
        .unwrap_or_else(|_| unreachable!("its tests compile it"))
    });
    let mut found: Vec<&Hresult> = Vec::new();
    let mut from = 0;
    // One border may stand between two numbers, so each search begins with the border of the last.
    while let Some(captures) = NUMBERS.captures_at(text, from) {
        let (hex, decimal) = (captures.name("hex"), captures.name("decimal"));
        let Some(number) = hex.or(decimal) else { break };
        from = number.end();
        let code = if hex.is_some() {
            u32::from_str_radix(number.as_str(), 16).ok()
        } else {
            number.as_str().parse::<i32>().ok().map(i32::cast_unsigned)
        };
        let known = KNOWN.iter().find(|known| Some(known.code) == code);
        found.extend(known.filter(|known| !found.contains(known)));
    }
    found
}

#[cfg(test)]
mod tests {
    use super::{KNOWN, read};
    use crate::catalogue::Catalogue;
    use proptest::prelude::*;
    use std::collections::BTreeSet;

    #[test]
    fn each_number_stands_once_and_its_rules_exist() {
        let codes: BTreeSet<u32> = KNOWN.iter().map(|known| known.code).collect();
        assert_eq!(codes.len(), KNOWN.len());
        let catalogue = Catalogue::built_in().unwrap();
        for known in &KNOWN {
            assert!(known.code >> 31 == 1, "{known:?}");
            assert!(known.rules.iter().all(|rule| catalogue.get(rule).is_some()), "{known:?}");
        }
    }

    #[test]
    fn numbers_are_read_as_they_are_written() {
        for (text, names) in [
            ("0x80070005", &["E_ACCESSDENIED"][..]),
            ("-2147024891", &["E_ACCESSDENIED"]),
            ("(Exception from HRESULT: 0x80070005 (E_ACCESSDENIED))", &["E_ACCESSDENIED"]),
            ("hr=0X8007052e, 80070020 0x80070020", &["ERROR_LOGON_FAILURE", "ERROR_SHARING_VIOLATION"]),
            ("80131904 80070002", &["SqlException", "ERROR_FILE_NOT_FOUND"]),
            ("SqlException (0x80131904): Login failed", &["SqlException"]),
            ("80070005-1c6c-432a-9c6e-1135f67bc85f", &[]),
            ("3f98e277-4cbd-47ad-9c90-80070005", &[]),
            ("0x800700051 x80070005 1.80070005 -21470248911 -2999999999", &[]),
            ("0x8F000001", &[]),
            ("", &[]),
        ] {
            let found: Vec<&str> = read(text).iter().map(|known| known.name).collect();
            assert_eq!(found, names, "{text}");
        }
    }

    proptest! {
        #[test]
        fn both_notations_say_the_same(known in prop::sample::select(&KNOWN[..]), around in "[ (:,\n]{0,3}") {
            let decimal = format!("{around}{}{around}", known.code.cast_signed());
            let hexadecimal = format!("{around}0x{:08X}{around}", known.code);
            prop_assert_eq!(read(&decimal), vec![&known]);
            prop_assert_eq!(read(&hexadecimal), vec![&known]);
        }
    }
}
