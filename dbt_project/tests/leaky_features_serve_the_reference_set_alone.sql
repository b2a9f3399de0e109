-- What knows more than was known before the event is marked so and serves the reference
-- preset only; the counters of the event's own day are marked.

select
    feature_name,
    source_model,
    feature_sets,
    is_leaky
from {{ ref('feature_catalog') }}
where
    (is_leaky and feature_sets <> {{ texts_as_list(['reference']) }})
    or (source_model like '%video_day_features' and not is_leaky)
