//! Names of hosts become addresses, public ones only where a request asks for that.

use std::error::Error as StdError;
use std::fmt;
use std::io;
use std::net::SocketAddr;

use reqwest::dns::{Addrs, Name, Resolve, Resolving};

use super::network::is_public;
use super::{BoxFuture, Network};

/// The function that looks up the addresses of a host.
pub(super) type Lookup = fn(String) -> BoxFuture<'static, io::Result<Vec<SocketAddr>>>;

/// The addresses that the system knows: its hosts file and DNS.
pub(super) fn system_lookup(name: String) -> BoxFuture<'static, io::Result<Vec<SocketAddr>>> {
    Box::pin(async move { Ok(tokio::net::lookup_host((name, 0)).await?.collect()) })
}

/// Resolves names; for [`Network::Public`] to their public addresses.
#[derive(Debug)]
pub(super) struct Resolver {
    pub(super) lookup: Lookup,
    pub(super) network: Network,
}

impl Resolve for Resolver {
    fn resolve(&self, name: Name) -> Resolving {
        let found = (self.lookup)(name.as_str().to_owned());
        let network = self.network;
        Box::pin(async move {
            let mut addresses = found.await.map_err(Unresolved::Unknown)?;
            if addresses.is_empty() {
                return Err(Unresolved::Unknown(io::ErrorKind::NotFound.into()).into());
            }
            if network == Network::Public {
                addresses.retain(|address| is_public(address.ip()));
                if addresses.is_empty() {
                    return Err(Unresolved::Private.into());
                }
            }
            Ok(Box::new(addresses.into_iter()) as Addrs)
        })
    }
}

/// The reason why a name has no usable address.
#[derive(Debug)]
pub(super) enum Unresolved {
    /// The system knows none.
    Unknown(io::Error),
    /// Every address is private.
    Private,
}

impl fmt::Display for Unresolved {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Unknown(_) => "the name does not resolve",
            Self::Private => "the name resolves to private addresses only",
        })
    }
}

impl StdError for Unresolved {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        match self {
            Self::Unknown(error) => Some(error),
            Self::Private => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_name_of_this_machine_has_no_public_address() {
        let resolver = |network| Resolver { lookup: system_lookup, network };
        let name = || "localhost".parse().unwrap();
        let refused = resolver(Network::Public).resolve(name()).await.err().unwrap();
        assert!(matches!(refused.downcast_ref(), Some(Unresolved::Private)));
        assert!(resolver(Network::Any).resolve(name()).await.is_ok());
    }
}
