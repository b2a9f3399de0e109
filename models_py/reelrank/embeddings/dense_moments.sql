-- one row per pair of the dense matrix
create or replace temp view dense_moments as
from training.ranker_moments
where dataset = 'dense'
