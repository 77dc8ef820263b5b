//! A posted form, as typed. Nothing is lost between a refusal and the form shown again.

use axum::body::Bytes;
use axum::extract::{FromRequest, Request};
use axum::response::{IntoResponse, Response};
use chrono::{DateTime, Utc};

use crate::error::Error;
use crate::incident::field;
use crate::lang::Text;
use crate::refusal::Refused;
use crate::web::{errors, nul};

/// Names and values in the order sent. A name may come several times.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Form(Vec<(String, String)>);

impl Form {
    pub fn parse(body: &[u8]) -> Form {
        Form(form_urlencoded::parse(body).into_owned().collect())
    }

    /// From pairs gathered elsewhere, as from a multipart form.
    pub fn from_pairs(pairs: Vec<(String, String)>) -> Form {
        Form(pairs)
    }

    /// The first value as typed; empty when there is none.
    pub fn get(&self, name: &str) -> &str {
        self.0.iter().find(|(n, _)| n == name).map_or("", |(_, v)| v.as_str())
    }

    /// The first value without surrounding blanks, unless that is empty.
    pub fn filled(&self, name: &str) -> Option<&str> {
        Some(self.get(name).trim()).filter(|v| !v.is_empty())
    }

    /// Like `filled`, but refuses a blank one by the name the user reads.
    pub fn required(&self, name: &str, label: Text) -> Result<&str, Refused> {
        self.filled(name).ok_or_else(|| Refused::Required { field: name.to_owned(), label })
    }

    /// A time of the city's clock, or with its zone; `None` when left blank.
    pub fn time(&self, name: &str) -> Result<Option<DateTime<Utc>>, Refused> {
        field::time(name, self.filled(name))
    }

    /// Every value of a name, as of ticked boxes.
    pub fn all<'a, 'b>(&'a self, name: &'b str) -> impl Iterator<Item = &'a str> + use<'a, 'b> {
        self.0.iter().filter(move |(n, _)| n == name).map(|(_, v)| v.as_str())
    }

    pub fn has(&self, name: &str) -> bool {
        self.0.iter().any(|(n, _)| n == name)
    }

    /// Whether `name` was sent with exactly this value; for `checked` and `selected`.
    pub fn is(&self, name: &str, value: &str) -> bool {
        self.all(name).any(|v| v == value)
    }

    pub fn pairs(&self) -> &[(String, String)] {
        &self.0
    }

    /// Puts a value in, as if typed; for forms that start filled in.
    pub fn set(&mut self, name: &str, value: impl Into<String>) {
        self.0.retain(|(n, _)| n != name);
        self.0.push((name.to_owned(), value.into()));
    }
}

impl<S: Send + Sync> FromRequest<S> for Form {
    type Rejection = Response;

    async fn from_request(request: Request, state: &S) -> Result<Form, Response> {
        let body = Bytes::from_request(request, state).await.map_err(|rejection| errors::unread(&rejection))?;
        let form = Form::parse(&body);
        nul::in_pairs(form.pairs()).map_err(|refused| Error::from(refused).into_response())?;
        Ok(form)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_typed_is_kept_in_order() {
        let form = Form::parse("a=1&b=+x+&a=2&c=%E6%8C%87%E6%8C%A5".as_bytes());
        assert_eq!(form.get("a"), "1");
        assert_eq!(form.all("a").collect::<Vec<_>>(), ["1", "2"]);
        assert_eq!(form.get("b"), " x ");
        assert_eq!(form.filled("b"), Some("x"));
        assert_eq!(form.get("c"), "指挥");
        assert!(form.required("d", Text::default()).is_err());
        assert!(form.is("a", "2") && !form.is("a", "3"));
    }
}
