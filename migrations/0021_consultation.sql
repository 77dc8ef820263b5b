-- Opinions on a draft of an edition asked for by a day: whom, until when, and with what words.
create table edition_consultation (
    id uuid primary key,
    draft uuid not null references edition_draft,
    at timestamptz not null,
    by_login text not null,
    answer_by date not null,
    text text not null,
    -- The revision of the draft it was asked about.
    revision integer not null check (revision > 0),
    -- The posts asked, as [{"role": …, "department": …}].
    posts jsonb not null check (jsonb_typeof(posts) = 'array')
);
create index edition_consultation_draft on edition_consultation (draft, at);
create trigger edition_consultation_kept before update or delete on edition_consultation
    for each row execute function refuse_change();
