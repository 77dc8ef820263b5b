//! Handlers of the acts of a sheet, one line each.

/// Declares a handler for each `NAME: FORM => COMMAND;`, where COMMAND is read from the form or refused. All end in the
/// caller's `answered(app, visitor, actor, number, NAME, form, command)`.
macro_rules! acts {
    ($command:ty; $($handler:ident: $form:ident => $read:expr;)+) => {
        $(async fn $handler(
            axum::extract::State(app): axum::extract::State<crate::state::App>,
            visitor: crate::web::Visitor,
            actor: crate::person::Actor,
            axum::extract::Path(number): axum::extract::Path<String>,
            form: crate::web::Form,
        ) -> crate::error::Result<axum::response::Response> {
            fn read($form: &crate::web::Form) -> Result<$command, crate::refusal::Refused> {
                $read
            }
            let command = read(&form);
            answered(&app, &visitor, &actor, &number, stringify!($handler), form, command).await
        })+
    };
}

pub(crate) use acts;
