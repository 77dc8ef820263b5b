//! What answers are made of. Each field is written once, with its type and where it comes from: the same line is the
//! document's and the answer's, so neither can say what the other does not.

use serde::Serialize;
use utoipa::ToSchema;

/// Structs of answers, and beside each the function that fills it:
/// `struct NAME = FUNCTION(from what) { FIELD: TYPE = VALUE, … }`.
macro_rules! answers {
    ($(
        $(#[$about:meta])*
        $seen:vis struct $name:ident = $make:ident($($given:ident: $from:ty),* $(,)?) {
            $($(#[$note:meta])* $field:ident: $type:ty = $value:expr),* $(,)?
        }
    )+) => {$(
        $(#[$about])*
        #[derive(Debug, serde::Serialize, utoipa::ToSchema)]
        $seen struct $name { $($(#[$note])* pub $field: $type),* }

        $seen fn $make($($given: $from),*) -> $name {
            $name { $($field: $value),* }
        }
    )+};
}

pub(in crate::api) use answers;

/// A list.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::api) struct Items<T> {
    pub items: Vec<T>,
}

/// A list of what one edition holds.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::api) struct OfEdition<T> {
    /// Code of the edition.
    pub edition: String,
    pub items: Vec<T>,
}

impl<T> FromIterator<T> for Items<T> {
    fn from_iter<I: IntoIterator<Item = T>>(items: I) -> Items<T> {
        Items { items: items.into_iter().collect() }
    }
}
