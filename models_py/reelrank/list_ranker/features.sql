-- the rows of list_pairs with what the list ranker looks at, one list after the other;
-- columns order_* are orders by themselves, from which it may start. Vectors are those
-- of a block that knows only events before the cut-off; histories end the day before
-- it.
create or replace temp macro list_features(pairs, vector_block) as table
    with described as (
        from rows_with_embeddings(pairs, vector_block)
    ),

    known as (
        select
            described.*,
            coalesce(ln(described.play_chance), ln(0.2)) as log_chance,
            coalesce(
                1.7
                * (described.play_log_expected - ln(described.video_duration_ms))
                / described.play_spread,
                0
            ) as above_one_odds
        from described
    )

    select
        known.user_id as row_user_id,
        known.video_id as row_video_id,
        known.rank as row_rank,
        known.log_chance as row_log_chance,
        -- orders of all, then of one
        ln(videos.recent_rate) + if(videos.is_alive, 0, -10) as order_trending,
        ln(1 + videos.view_count_1d) as order_most_viewed_1d,
        ln(1 + videos.long_view_count_1d) as order_most_long_views_1d,
        ln(1 + videos.above_one_count_1d) as order_most_above_one_1d,
        ln(1 + videos.view_count_3d) as order_most_viewed_3d,
        ln(1 + videos.long_view_count_3d) as order_most_long_views_3d,
        ln(1 + videos.above_one_count_3d) as order_most_above_one_3d,
        ln(1 + videos.view_count_7d) as order_most_viewed_7d,
        ln(1 + videos.long_view_count_7d) as order_most_long_views_7d,
        ln(1 + videos.above_one_count_7d) as order_most_above_one_7d,
        ln(1 + videos.view_count) as order_most_viewed,
        ln(1 + videos.long_view_count) as order_most_long_views,
        ln(1 + videos.above_one_count) as order_most_above_one,
        videos.long_view_share as order_best_received,
        -coalesce(videos.days_since_first_view, 0) as order_newest,
        order_trending + ln(videos.long_view_share_7d) as order_trending_long_views,
        order_trending + ln(videos.above_one_share_7d) as order_trending_above_one,
        known.score as order_trending_taste,
        order_trending
        + 0.5 * coalesce(known.exposure_score, 0)
        + known.log_chance as order_trending_exposure,
        order_trending
        + 0.5 * coalesce(known.exposure_score, 0)
        - ln(1 + exp(-known.above_one_odds)) as order_trending_above_one_taste,
        coalesce(known.als_score, 0) as order_als,
        -- the video
        videos.long_view_share_7d as video_long_view_share_7d,
        videos.above_one_share as video_above_one_share,
        videos.above_one_share_7d as video_above_one_share_7d,
        ln(1 + videos.first_view_count_3d) as video_first_views_3d,
        videos.days_since_first_view as video_days_since_first_view,
        videos.days_since_last_view as video_days_since_last_view,
        videos.age_days as video_age_days,
        ln(known.video_duration_ms) as video_log_duration,
        -- the user
        ln(1 + users.user_view_count) as user_views,
        users.user_share_long_view,
        users.user_share_above_one,
        -- both
        known.als_taste,
        known.als_popularity,
        known.exposure_score,
        known.exposure_taste,
        known.als_user_tag_cosine,
        known.als_user_author_cosine,
        known.play_taste,
        known.play_margin,
        known.above_one_odds,
        known.rank as candidate_rank,
        known.trending_rank,
        known.als_alive_rank,
        known.trending_to_end_rank,
        known.content_rank
    from known
    inner join training.cutoff_videos as videos
        on known.cutoff = videos.cutoff and known.video_id = videos.video_id
    left join features.user_history as users
        on known.user_id = users.user_id and known.as_of_date = users.as_of_date
    order by known.user_id, known.rank
