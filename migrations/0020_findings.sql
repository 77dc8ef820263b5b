-- A finding is corrected or withdrawn until its review is final; what it said before is kept. A ruling answers questions.

alter table finding
    add column withdrawn_at     timestamptz,
    add column withdrawn_by     text,
    add column withdrawn_reason text,
    add check ((withdrawn_at is null) = (withdrawn_by is null)),
    add check ((withdrawn_at is null) = (withdrawn_reason is null));

create table finding_was (
    id         uuid primary key,
    finding    uuid not null references finding (id),
    text       text not null,
    clause     text not null,
    department text not null references department,
    changed_at timestamptz not null,
    changed_by text not null
);
create index finding_was_finding on finding_was (finding, changed_at);
create trigger finding_was_locked before update or delete on finding_was for each row execute function refuse_change();

drop trigger finding_locked on finding;
create trigger finding_kept before delete on finding for each row execute function refuse_change();
-- Whose it is and since when never changes, and nothing of one that is withdrawn.
create trigger finding_locked before update on finding for each row
    when (old.withdrawn_at is not null
          or (old.id, old.review, old.by_login, old.at) is distinct from (new.id, new.review, new.by_login, new.at))
    execute function refuse_change();

-- Whether the objection was upheld; unknown of those decided on before.
alter table objection add column upheld boolean, add check (upheld is null or answer is not null);

-- The ruling that answers it: read in the reader's language, and not in that of the answer's text.
alter table question add column ruling uuid references ruling (id), add check (ruling is null or answer is not null);
