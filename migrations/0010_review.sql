-- Reviews of closed incidents, the findings in them, and what is ordered to be put right (2.1.2-insp-1).

-- One review an incident; it opens in the transaction that closes the incident.
create table review (
    incident         uuid primary key references incident (id),
    state            text not null default 'open' check (state in ('open', 'draft', 'final', 'closed')),
    opened_at        timestamptz not null,
    due_at           timestamptz,
    score            int check (score between 0 and 100),
    summary          text not null default '',
    drafted_at       timestamptz,
    drafted_by       text,
    -- Until when the heads of departments may object to the draft.
    objections_until timestamptz,
    final_at         timestamptz,
    final_by         text,
    closed_at        timestamptz,
    closed_by        text,
    updated_at       timestamptz not null,
    revision         int not null default 1,
    check ((drafted_at is null) = (drafted_by is null)),
    check ((final_at is null) = (final_by is null)),
    check ((closed_at is null) = (closed_by is null)),
    check (state = 'open' or (drafted_at is not null and score is not null and objections_until is not null)),
    check (state not in ('final', 'closed') or final_at is not null),
    check ((state = 'closed') = (closed_at is not null))
);
create table finding (
    id         uuid primary key,
    review     uuid not null references review (incident),
    text       text not null check (btrim(text) <> ''),
    clause     text not null,
    department text not null references department,
    by_login   text not null,
    at         timestamptz not null
);
create index finding_review on finding (review, at);
create table objection (
    id          uuid primary key,
    review      uuid not null references review (incident),
    department  text not null references department,
    text        text not null check (btrim(text) <> ''),
    by_login    text not null,
    at          timestamptz not null,
    answer      text,
    answered_by text,
    answered_at timestamptz,
    unique (review, department),
    check ((answered_at is null) = (answered_by is null)),
    check ((answered_at is null) = (answer is null))
);

create table rectification_counter (
    year  int primary key,
    taken int not null default 0 check (taken >= 0)
);
-- The order never changes; what the department answers and the inspection centre says to it stands in the record too.
create table rectification (
    id              uuid primary key,
    -- ZG-2026-001
    number          text not null unique,
    incident        uuid not null references review (incident),
    finding         uuid not null references finding (id),
    department      text not null references department,
    measure         text not null check (btrim(measure) <> ''),
    due_at          timestamptz not null,
    acknowledge_by  timestamptz not null,
    issuer          uuid not null references person,
    issuer_login    text not null,
    issued_at       timestamptz not null,
    state           text not null check (state in ('issued', 'acknowledged', 'answered', 'returned', 'accepted')),
    acknowledged_at timestamptz,
    acknowledged_by text,
    answer          text,
    evidence        text,
    answered_at     timestamptz,
    answered_by     text,
    returned_reason text,
    returned_at     timestamptz,
    returned_by     text,
    accepted_at     timestamptz,
    accepted_by     text,
    -- Of the latest answer, against the limit.
    late_seconds    bigint not null default 0 check (late_seconds >= 0),
    wake_at         timestamptz,
    updated_at      timestamptz not null,
    revision        int not null default 1,
    check (due_at > issued_at),
    check (state = 'issued' or (acknowledged_at is not null and acknowledged_by is not null)),
    check (state not in ('answered', 'accepted') or (answered_at is not null and answered_by is not null
           and btrim(answer) <> '' and btrim(evidence) <> '')),
    check (state <> 'returned' or (returned_at is not null and returned_by is not null and btrim(returned_reason) <> '')),
    check ((state = 'accepted') = (accepted_at is not null and accepted_by is not null))
);
create index rectification_incident on rectification (incident, issued_at);
create index rectification_wake on rectification (wake_at) where wake_at is not null;
create index rectification_open on rectification (department, due_at) where state <> 'accepted';

-- Incidents whose review was owed before there were reviews.
insert into review (incident, opened_at, due_at, updated_at)
select t.incident, t.opened_at, t.due_at, t.opened_at from task t join incident i on i.id = t.incident
where t.code = 'insp.review' and t.state in ('open', 'acknowledged') and i.state = 'closed';

create trigger review_kept before delete on review for each row execute function refuse_change();
create trigger finding_locked before update or delete on finding for each row execute function refuse_change();
create trigger objection_kept before delete on objection for each row execute function refuse_change();
create trigger rectification_kept before delete on rectification for each row execute function refuse_change();
