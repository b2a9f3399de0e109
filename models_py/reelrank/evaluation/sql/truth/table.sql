-- one row per judged row: the true probabilities that it is relevant
create or replace temp table judge_truth (
    row_id bigint, probability_watch_ratio double, probability_long_view double
)
