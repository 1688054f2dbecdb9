//! Listening on this machine's loopback addresses.

use std::io::ErrorKind;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use tokio::net::TcpListener;

use crate::failure::Failure;

/// Listeners for `http://localhost:PORT`, and the port; 0 takes any free one.
///
/// There is one for each loopback address, because a browser may try IPv6 first, and another program that listens
/// there would get what is meant for this one.
pub(crate) async fn listen(port: u16) -> Result<(Vec<TcpListener>, u16), Failure> {
    let four = bind(Ipv4Addr::LOCALHOST.into(), port).await?;
    let port = four.local_addr()?.port();
    let mut listeners = vec![four];
    match bind(Ipv6Addr::LOCALHOST.into(), port).await {
        Ok(six) => listeners.push(six),
        Err(Failure::Io(_)) => {} // This machine has no IPv6.
        Err(taken) => return Err(taken),
    }
    Ok((listeners, port))
}

async fn bind(address: IpAddr, port: u16) -> Result<TcpListener, Failure> {
    TcpListener::bind((address, port)).await.map_err(|error| match error.kind() {
        ErrorKind::AddrInUse => Failure::port_taken(port),
        ErrorKind::PermissionDenied => {
            let message = format!("permission denied for port {port}; choose one above 1023");
            Failure::wrong("invalid_parameter", message)
        }
        _ => Failure::Io(error),
    })
}
