-- Exchange of experience (2.1.2-insp-2): lessons collected from incidents, exchanges arranged, and the summary published
-- of each, linked to clauses and sub-kinds.

create table exchange_counter (
    kind  text not null check (kind in ('exchange', 'lesson')),
    year  int not null,
    taken int not null default 0 check (taken >= 0),
    primary key (kind, year)
);
create table exchange (
    id           uuid primary key,
    -- JL-2026-001
    number       text not null unique,
    -- Whose clauses and sub-kinds it names.
    edition      text not null,
    subject      text not null check (btrim(subject) <> ''),
    held_at      timestamptz not null,
    place        text not null default '',
    -- Who takes part: departments, and people by sign-in name.
    departments  text[] not null default '{}',
    people       text[] not null default '{}',
    arranged_by  text not null,
    arranged_at  timestamptz not null,
    summary      text not null default '',
    clauses      text[] not null default '{}',
    sub_kinds    text[] not null default '{}',
    published_by text,
    published_at timestamptz,
    updated_at   timestamptz not null,
    check (cardinality(departments) + cardinality(people) > 0),
    check ((published_at is null) = (published_by is null)),
    check (published_at is null or (btrim(summary) <> '' and cardinality(clauses) > 0 and cardinality(sub_kinds) > 0))
);
create index exchange_sub_kinds on exchange using gin (sub_kinds) where published_at is not null;
create index exchange_clauses on exchange using gin (clauses) where published_at is not null;

create table lesson (
    id         uuid primary key,
    -- JY-2026-001
    number     text not null unique,
    edition    text not null,
    -- The exchange it is brought to, with whose summary it is published.
    exchange   uuid references exchange (id),
    text       text not null check (btrim(text) <> ''),
    -- Learnt in a drill, not in an incident.
    drill      boolean not null default false,
    -- Numbers of the incidents it was learnt from.
    incidents  text[] not null default '{}',
    sub_kinds  text[] not null check (cardinality(sub_kinds) > 0),
    clauses    text[] not null default '{}',
    by_login   text not null,
    at         timestamptz not null,
    updated_at timestamptz not null,
    check (drill or cardinality(incidents) > 0)
);
create index lesson_exchange on lesson (exchange);

create table exchange_receipt (
    exchange   uuid not null references exchange (id),
    person     uuid not null references person,
    login      text not null,
    department text not null,
    at         timestamptz not null,
    primary key (exchange, person, department)
);

-- What is published is frozen, and the lessons in it.
create function refuse_published_exchange_change() returns trigger language plpgsql as $$
begin
    if old.published_at is not null then
        raise exception 'M_RECORD_LOCKED: a published summary is kept' using errcode = 'restrict_violation';
    end if;
    return new;
end $$;
create trigger exchange_frozen before update on exchange
    for each row execute function refuse_published_exchange_change();
create function refuse_published_lesson_change() returns trigger language plpgsql as $$
begin
    if exists (select 1 from exchange e where e.id = old.exchange and e.published_at is not null) then
        raise exception 'M_RECORD_LOCKED: a published lesson is kept' using errcode = 'restrict_violation';
    end if;
    return new;
end $$;
create trigger lesson_frozen before update on lesson for each row execute function refuse_published_lesson_change();
create trigger exchange_kept before delete on exchange for each row execute function refuse_change();
create trigger lesson_kept before delete on lesson for each row execute function refuse_change();
create trigger exchange_receipt_locked before update or delete on exchange_receipt
    for each row execute function refuse_change();
