-- Every replica keeps people, calendar, editions and registers in memory. The database itself tells all of them when
-- one changes, so that no way of changing it can forget to.

create function tell_replicas() returns trigger language plpgsql as $$
begin
    perform pg_notify('zhihui', tg_argv[0]);
    return null;
end
$$;

create trigger region_told after insert or update or delete on region
    for each statement execute function tell_replicas('directory');
create trigger department_told after insert or update or delete on department
    for each statement execute function tell_replicas('directory');
create trigger role_told after insert or update or delete on role
    for each statement execute function tell_replicas('directory');
create trigger person_told after insert or update on person
    for each statement execute function tell_replicas('directory');
create trigger post_told after insert or update on post
    for each statement execute function tell_replicas('directory');
create trigger calendar_told after insert or update or delete on calendar_exception
    for each statement execute function tell_replicas('calendar');
create trigger edition_told after insert or update on edition
    for each statement execute function tell_replicas('editions');
create trigger site_told after insert or update or delete on site
    for each statement execute function tell_replicas('editions');
create trigger vehicle_told after insert or update or delete on vehicle
    for each statement execute function tell_replicas('editions');
