//! Instances: one provider under further names, each with settings of its own.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use crate::descriptor::Descriptor;
use crate::error::{Code, Error, Result, Stage};

/// The descriptors of the instances that this process has, by the backend's address and the instance's name. They live
/// as long as the process, because everything refers to a descriptor for as long, and each pair is made once.
static INSTANCES: Mutex<BTreeMap<(usize, String), &'static Descriptor>> =
    Mutex::new(BTreeMap::new());

impl Descriptor {
    /// The same provider under another name, for an application that has it several times: one backend for each
    /// customer's tenant, or for each policy of Azure AD B2C.
    ///
    /// The instance's name takes the backend's place in `/complete/<name>/`, in transactions, in what is stored with
    /// a user, and in settings: `customer-a` has `SOCIAL_AUTH_CUSTOMER_A_KEY`. `SOCIAL_AUTH_AUTHENTICATION_BACKENDS`
    /// writes an instance `customer-a=oidc`. The descriptors of an instance stay in memory until the process ends.
    ///
    /// # Errors
    ///
    /// `invalid_setting` for a name with anything but small letters, digits and `-`.
    pub fn instance(&'static self, name: &str) -> Result<&'static Self> {
        let is_name = |name: &str| {
            name.starts_with(|first: char| first.is_ascii_lowercase())
                && name.bytes().all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-'))
        };
        if !is_name(name) {
            let message = "The name of an instance begins with a small letter and consists of small \
                           letters, digits and `-`, such as `customer-a`.";
            return Err(Error::new(Code::InvalidSetting, Stage::Begin, message));
        }
        if name == self.name {
            return Ok(self);
        }
        // A panic elsewhere cannot leave the map half changed: an entry is added whole.
        let mut instances = INSTANCES.lock().unwrap_or_else(PoisonError::into_inner);
        let key = (std::ptr::from_ref(self) as usize, name.to_owned());
        Ok(*instances.entry(key).or_insert_with(|| {
            let name: &'static str = Box::leak(name.to_owned().into_boxed_str());
            Box::leak(Box::new(Self { name, aliases: &[], ..*self }))
        }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    static OIDC: Descriptor =
        Descriptor { name: "oidc", aliases: &["class.Path"], ..Descriptor::EMPTY };

    #[test]
    fn an_instance_differs_in_its_name() {
        let one = OIDC.instance("customer-a").unwrap();
        assert_eq!((one.name, one.aliases.len()), ("customer-a", 0));
        assert_eq!(one.settings_prefix(), "SOCIAL_AUTH_CUSTOMER_A_");
        assert!(std::ptr::eq(one, OIDC.instance("customer-a").unwrap()), "made once");
        assert!(std::ptr::eq(&raw const OIDC, OIDC.instance("oidc").unwrap()));
    }

    #[test]
    fn a_name_is_a_path_segment() {
        for bad in ["", "A", "a_b", "a/b", "-a", "1a", "a b", "ä"] {
            assert_eq!(OIDC.instance(bad).unwrap_err().code(), Code::InvalidSetting, "{bad}");
        }
    }
}
