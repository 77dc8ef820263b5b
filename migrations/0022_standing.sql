-- Standing duties kept (R151, R153): once in each period, by the department that owes it. What was recorded stays; a
-- period that ended without a record was missed, and no row says so.

create table standing_record (
    id          uuid primary key,
    -- Code of the matrix, and the edition it was owed under.
    duty        text not null check (duty <> ''),
    edition     text not null references edition,
    -- Department instance.
    department  text not null check (department <> ''),
    -- Days of the city, both included.
    period_from date not null,
    period_to   date not null,
    evidence    text not null check (btrim(evidence) <> ''),
    by_login    text not null,
    at          timestamptz not null,
    check (period_from <= period_to),
    unique (duty, department, period_from)
);
create index standing_record_period on standing_record (period_to, department);
create index standing_record_department on standing_record (department, duty, period_from desc);

create function refuse_standing_change() returns trigger language plpgsql as $$
begin
    raise exception 'M_RECORD_LOCKED: a standing duty stays recorded as it is' using errcode = 'restrict_violation';
end $$;
create trigger standing_record_append_only before update or delete or truncate on standing_record
    for each statement execute function refuse_standing_change();
