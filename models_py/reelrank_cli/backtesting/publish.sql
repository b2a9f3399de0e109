-- the rows of a backtest, beside those of earlier ones
insert into ml.backtest by name
select
    $backtest_id as backtest_id,
    found.* exclude (judged_on, trained_on),
    cast(found.judged_on as date) as judged_on,
    cast(found.trained_on as date) as trained_on
from found
