-- Separate schemes: the documents the plan refers to and does not hold (R9). A version is attached once and for good;
-- the newest stands, the earlier ones stay readable.

create table scheme_document (
    id uuid primary key,
    -- Code of the matrix.
    scheme text not null check (scheme <> ''),
    version text not null check (version <> ''),
    name text not null,
    media_type text not null,
    size int not null check (size > 0),
    sha256 bytea not null check (length(sha256) = 32),
    content bytea not null,
    checklist text[] not null,
    by_login text not null,
    at timestamptz not null,
    unique (scheme, version)
);

create function refuse_scheme_change() returns trigger language plpgsql as $$
begin
    raise exception 'M_RECORD_LOCKED: an attached scheme stays as it is' using errcode = 'restrict_violation';
end $$;
create trigger scheme_document_append_only before update or delete or truncate on scheme_document
    for each statement execute function refuse_scheme_change();
