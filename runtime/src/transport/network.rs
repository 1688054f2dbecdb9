//! The networks that a request may reach: a discovery document must not direct a server to its own
//! network.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use url::{Host, Url};

/// The networks on which a host may be.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Network {
    /// Anywhere: the operator or the spec named the host.
    #[default]
    Any,
    /// On the public internet: only a document of the provider named the host. A name must resolve to
    /// public addresses.
    Public,
}

/// The endings of names that only have meaning on a local network: RFC 6761, RFC 6762, RFC 8375, RFC
/// 9476, and what private networks use.
const NEARBY: [&str; 7] = ["localhost", "local", "internal", "home.arpa", "alt", "lan", "intranet"];

/// Returns `true` if a URL's host is an address that is not public, or a name that only has meaning
/// nearby. What a name resolves to is for the transport to see.
pub(crate) fn is_private_network(url: &Url) -> bool {
    match url.host() {
        Some(Host::Ipv4(address)) => !is_public(IpAddr::V4(address)),
        Some(Host::Ipv6(address)) => !is_public(IpAddr::V6(address)),
        Some(Host::Domain(name)) => {
            let name = name.trim_end_matches('.');
            !name.contains('.')
                || NEARBY.iter().any(|end| {
                    name.strip_suffix(end)
                        .is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
                })
        }
        None => true,
    }
}

/// Returns `true` if an address is reachable from everywhere (IANA's registries of special-purpose
/// addresses).
pub(crate) fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => is_public_v4(address),
        IpAddr::V6(address) => is_public_v6(address),
    }
}

fn is_public_v4(address: Ipv4Addr) -> bool {
    // This network and what is reserved (RFC 6890), shared by providers (RFC 6598), protocol
    // assignments (RFC 6890), benchmarks (RFC 2544).
    let special = matches!(
        address.octets(),
        [0 | 240..=255, ..] | [100, 64..=127, ..] | [192, 0, 0, _] | [198, 18 | 19, ..]
    );
    !(special
        || address.is_private()
        || address.is_loopback()
        || address.is_link_local()
        || address.is_documentation()
        || address.is_multicast())
}

fn is_public_v6(address: Ipv6Addr) -> bool {
    let segments = address.segments();
    let embedded = |high: u16, low: u16| {
        let ([a, b], [c, d]) = (high.to_be_bytes(), low.to_be_bytes());
        is_public_v4(Ipv4Addr::new(a, b, c, d))
    };
    match segments {
        // An IPv4 address in another dress: mapped (RFC 4291), NAT64 (RFC 6052), 6to4 (RFC 3056).
        [0, 0, 0, 0, 0, 0xffff, high, low] | [0x64, 0xff9b, 0, 0, 0, 0, high, low] => {
            embedded(high, low)
        }
        [0x2002, high, low, ..] => embedded(high, low),
        // Documentation (RFC 3849, RFC 9637) and protocol assignments (RFC 2928).
        [0x2001, 0..=0x1ff | 0xdb8, ..] | [0x3fff, 0..=0xfff, ..] => false,
        // Global unicast (RFC 4291); everything else is local, multicast or unassigned.
        [first, ..] => (0x2000..=0x3fff).contains(&first),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn neighbours_are_told_from_the_internet() {
        for nearby in [
            "https://127.0.0.1/",
            "https://10.1.2.3/",
            "https://172.16.0.1/",
            "https://172.31.255.255/",
            "https://192.168.1.1/",
            "https://169.254.169.254/latest/meta-data/",
            "https://100.64.0.1/",
            "https://100.127.255.255/",
            "https://0.0.0.0/",
            "https://192.0.0.1/",
            "https://192.0.2.1/",
            "https://198.18.0.1/",
            "https://224.0.0.1/",
            "https://255.255.255.255/",
            // Other spellings of 127.0.0.1 and 169.254.169.254.
            "https://2130706433/",
            "https://0x7f.1/",
            "https://0251.0376.0251.0376/",
            "https://[::]/",
            "https://[::1]/",
            "https://[::ffff:10.0.0.1]/",
            "https://[64:ff9b::a9fe:a9fe]/",
            "https://[2002:7f00:1::]/",
            "https://[2001:db8::1]/",
            "https://[2001:10::1]/",
            "https://[3fff:fff::1]/",
            "https://[fc00::1]/",
            "https://[fe80::1]/",
            "https://[ff02::1]/",
            "https://localhost/",
            "https://app.localhost/",
            "https://LOCALHOST./",
            "https://printer.local/",
            "https://metadata.google.internal/",
            "https://keycloak/",
            "https://router.home.arpa/",
        ] {
            assert!(is_private_network(&Url::parse(nearby).unwrap()), "{nearby}");
        }
        for public in [
            "https://login.microsoftonline.com/",
            "https://9.9.9.9/",
            "https://100.63.255.255/",
            "https://100.128.0.1/",
            "https://172.15.255.255/",
            "https://172.32.0.1/",
            "https://192.0.1.1/",
            "https://198.17.255.255/",
            "https://198.20.0.1/",
            "https://239.255.255.255.example/",
            "https://[2620:fe::fe]/",
            "https://[::ffff:9.9.9.9]/",
            "https://[64:ff9b::909:909]/",
            "https://[2002:909:909::]/",
            "https://[2001:200::1]/",
            "https://[3fff:1000::1]/",
            "https://notlocal.example/",
            "https://internal.example/",
        ] {
            assert!(!is_private_network(&Url::parse(public).unwrap()), "{public}");
        }
    }
}
