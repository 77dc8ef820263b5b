-- Whom a task told by name, and when they saw it (2.1.2-sec-2).

create table notified (
    id uuid primary key,
    incident uuid not null references incident (id),
    task uuid not null references task (id),
    person uuid not null references person (id),
    login text not null,
    means text not null check (means in ('telephone', 'in_person', 'message')),
    at timestamptz not null,
    by_login text not null,
    entered_at timestamptz not null,
    see_by timestamptz not null,
    seen_at timestamptz,
    -- Told once for a task.
    unique (task, person),
    check (at <= entered_at),
    check (see_by >= entered_at),
    check (seen_at >= entered_at)
);
create index notified_incident on notified (incident);
-- Seeing is the one thing that is added, and it is never taken back.
create trigger notified_kept before delete on notified for each row execute function refuse_change();
create trigger notified_seen_once before update on notified for each row
    when (old.seen_at is not null or to_jsonb(old) - 'seen_at' is distinct from to_jsonb(new) - 'seen_at')
    execute function refuse_change();
