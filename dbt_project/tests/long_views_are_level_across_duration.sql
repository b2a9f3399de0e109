-- A long view is as likely for a short video as for a long one: in every tenth of the
-- training views by length, 16 to 25 % are long (judged: tenths of 2,000 views or more).
-- A promise about KuaiRec; for own logs log_findings says where it does not hold.
select tenths.*
from ({{ long_view_share_by_length() }}) as tenths
cross join {{ ref('data_source') }} as data_source
where tenths.long_view_share not between 0.16 and 0.25 and data_source.kind != 'own'
