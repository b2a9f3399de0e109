-- nothing but the seeded tie break
create or replace temp view judge_scores as
select
    *,
    0 as score
from judge_rows
