-- The plan revised: drafts of editions with their history and opinions, rulings on clauses, questions about them
-- (R3, R5, R6); and what a task was promised under editions its incident was moved between (R4).

create table edition_draft (
    id uuid primary key,
    code text not null unique check (code ~ '^[A-Za-z0-9][A-Za-z0-9._-]{0,39}$'),
    based_on text not null references edition,
    clauses_source text not null check (clauses_source <> ''),
    matrix_source text not null check (matrix_source <> ''),
    drafted_by text not null,
    drafted_at timestamptz not null,
    updated_by text not null,
    updated_at timestamptz not null,
    revision integer not null check (revision > 0),
    -- The leader's signature for the Leading Group, and the day it takes effect.
    approved_at timestamptz,
    approved_by text,
    effective_from date,
    check ((approved_at is null) = (approved_by is null) and (approved_at is null) = (effective_from is null))
);

-- What is signed is frozen with the signature.
create function refuse_signed_draft_change() returns trigger language plpgsql as $$
begin
    if tg_op = 'TRUNCATE' or old.approved_at is not null then
        raise exception 'M_PLAN_READONLY: a signed draft is frozen' using errcode = 'restrict_violation';
    end if;
    if tg_op = 'DELETE' then
        raise exception 'M_RECORD_LOCKED: a draft is kept' using errcode = 'restrict_violation';
    end if;
    return new;
end $$;
create trigger edition_draft_frozen before update or delete on edition_draft
    for each row execute function refuse_signed_draft_change();
create trigger edition_draft_kept before truncate on edition_draft
    for each statement execute function refuse_signed_draft_change();

-- Every change of a draft: which record, and what it was before and after, field by field.
create table edition_change (
    id bigint generated always as identity primary key,
    draft uuid not null references edition_draft,
    at timestamptz not null,
    by_login text not null,
    record text not null,
    fields jsonb not null
);
create index edition_change_draft on edition_change (draft, id);

create table edition_opinion (
    id uuid primary key,
    draft uuid not null references edition_draft,
    person uuid not null references person,
    login text not null,
    stance text not null check (stance in ('agree', 'disagree', 'remark')),
    text text not null,
    -- The revision of the draft it was given on.
    revision integer not null,
    at timestamptz not null,
    check (stance = 'agree' or text <> '')
);
create index edition_opinion_draft on edition_opinion (draft, at);

create table ruling (
    id uuid primary key,
    clause text not null check (clause <> ''),
    edition text not null references edition,
    text jsonb not null check (text ?& array['zh-Hans', 'zh-Hant', 'en']),
    ruled_by text not null,
    ruled_at timestamptz not null,
    superseded_at timestamptz
);
-- One ruling stands on a clause.
create unique index ruling_standing on ruling (clause) where superseded_at is null;

-- A ruling is kept as it was given; that another took its place may be entered once.
create function refuse_ruling_change() returns trigger language plpgsql as $$
begin
    if tg_op = 'UPDATE' and old.superseded_at is null
        and to_jsonb(new) - 'superseded_at' = to_jsonb(old) - 'superseded_at' then
        return new;
    end if;
    raise exception 'M_RECORD_LOCKED: a ruling is kept' using errcode = 'restrict_violation';
end $$;
create trigger ruling_kept before update or delete on ruling
    for each row execute function refuse_ruling_change();

create table question (
    id uuid primary key,
    clause text not null check (clause <> ''),
    -- A task of the matrix, or of an incident, the question came from.
    task text,
    incident uuid references incident,
    text text not null check (text <> ''),
    asked_by text not null,
    asker uuid not null references person,
    asked_at timestamptz not null,
    answer text check (answer <> ''),
    answered_by text,
    answered_at timestamptz,
    check ((answer is null) = (answered_at is null) and (answer is null) = (answered_by is null))
);
create index question_open on question (asked_at) where answer is null;
create index question_clause on question (clause, asked_at);

-- Under which editions a task was promised, since when, with the duty as each worded it. Empty: under the incident's
-- own edition since it opened. The last is the one it runs under; its limits are the earliest of all.
alter table task add column promises jsonb not null default '[]';
