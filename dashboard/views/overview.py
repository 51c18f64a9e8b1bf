"""Overview: who leads, on what, since when?"""

from dashboard import claimed, data, measured
from dashboard.sections import data_doubts, overview_answer, overview_claims, overview_signals, overview_speed, stale
from dashboard.sections.frame import guarded, offline_notice

with guarded():
    catalog, today = data.catalog(), data.today()
    signals = overview_signals.found()
    compared = overview_speed.head_to_head(measured.ratios())
    claims = claimed.findings()
    overview_answer.head(signals, compared, claims, catalog, today)
    offline_notice()
    data_doubts.notice()
    overview_signals.table(signals, catalog, today)
    overview_speed.newest_ratios(compared)
    overview_claims.overturned(claims)
    stale.figures(signals, today)
