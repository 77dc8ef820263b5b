-- What a database was made for, where it was not made for the company's own work: practice or the demo city. A server
-- never serves real incidents on one, nor practice on any other.

create table practice_mark (
    one      boolean primary key default true check (one),
    purpose  text not null check (purpose in ('practice', 'demo')),
    made_at  timestamptz not null,
    -- Null while the demo city is still being filled: a run cut short starts over.
    ready_at timestamptz
);
