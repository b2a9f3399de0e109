-- one row per (block, entity, entity_id): a vector, learned from events before the block;
-- shown_id where it is of something without a key, such as a word
create or replace temp table entity_vectors (
    block integer, entity varchar, entity_id integer, vector float[], shown_id varchar
);

-- one row per duration step: what a long view takes, as in dbt_project/macros/labels.sql
create or replace temp table long_view_steps as
select
    unnest(range(min_step, end_step)) as duration_step,
    watch_ratio_threshold
from training.long_view_thresholds;

create or replace temp macro duration_step(duration_ms) as
    cast(floor(ln(greatest(duration_ms, 1)) / ln(1.05)) as integer); -- noqa: LT02
