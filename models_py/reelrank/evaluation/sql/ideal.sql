-- one row per length n of a list of nothing but relevant videos: its discounted gain
create or replace temp table judge_ideal as
select
    n,
    sum(cast(1 / log2(n + 1) as decimal(18, 15))) over (order by n) as ideal_gain
from range(1, $depth + 1) as lengths (n) -- noqa: AL05
