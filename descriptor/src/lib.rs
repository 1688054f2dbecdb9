//! What both halves of authspec read, without any dependency: the spec language at compile time, and
//! the runtime where an operator writes in the same grammar (`USERNAME_KEY`, `EMAIL_KEY`, …).

pub mod claim;
pub mod suggest;
