# Reference values for sim/survival*.py and sim/competing.py, from independent tools. Made once by
#
#     Rscript make.R            (in this folder; needs the packages survival and etm)
#
# people.csv is the input: 600 made-up people in three groups, months from entry to end, which is
# 0 for lost from sight and 1 or 2 for two kinds of end. Everything else is computed from it, once
# with everybody taken as there from the start ("prompt") and once with late entries ("late").
suppressMessages({library(survival); library(etm)})
set.seed(20260701)
options(digits = 17)

n <- 600
group <- rep(1:3, each = n / 3)
entry <- ifelse(runif(n) < 0.5, 0, floor(runif(n) * 20))
first <- entry + 1 + floor(rexp(n, c(0.030, 0.045, 0.060)[group]))
second <- entry + 1 + floor(rexp(n, 0.02))
lost <- pmin(entry + 1 + floor(runif(n) * 60), 48)
duration <- pmin(first, second, lost)
end <- ifelse(first <= pmin(second, lost), 1, ifelse(second <= lost, 2, 0))
people <- data.frame(group, entry, duration, end)
keep <- function(table, name) {
  numbers <- sapply(table, is.numeric)
  table[numbers] <- lapply(table[numbers], function(x) formatC(x, digits = 17, format = "g", width = 1))
  write.csv(table, paste0(name, ".csv"), row.names = FALSE, quote = FALSE)
}
keep(people, "people")

months <- 0:48
curves <- tests <- summaries <- incidence <- NULL
for (case in c("prompt", "late")) {
  people$start <- if (case == "late") people$entry else 0
  people$id <- seq_len(n)
  lived <- with(people, Surv(start, duration, end == 1))

  # Kaplan-Meier with Greenwood's log-log band, by group
  fit <- survfit(lived ~ group, people, conf.type = "log-log")
  for (g in 1:3) {
    s <- summary(fit[g], times = months[months > 0], extend = TRUE)
    curves <- rbind(curves, data.frame(case, group = g, month = s$time, survival = s$surv,
      low = s$lower, high = s$upper, at_risk = s$n.risk, events = s$n.event))
  }

  # median, and the area under steps up to a horizon. With events in the middle of their month the
  # area is that of trapezoids.
  middle <- with(people, Surv(start, duration - 0.5 * (end == 1), end == 1))
  half <- survfit(middle ~ group, people)
  for (g in 1:3) {
    q <- quantile(fit[g], 0.5, conf.int = TRUE)
    for (horizon in c(24, 48)) {
      steps <- summary(fit[g], rmean = horizon)$table
      even <- summary(half[g], rmean = horizon)$table
      summaries <- rbind(summaries, data.frame(case, group = g, horizon,
        median = q$quantile, median_low = q$lower, median_high = q$upper,
        steps = steps[["rmean"]], mean = even[["rmean"]], error = even[["se(rmean)"]]))
    }
  }

  # log-rank: survdiff, and for late entries, which it does not take, the score test of the model
  # for tied months (its exact form is slow, hence a small part of the people: every tenth)
  for (groups in list(1:3, 1:2)) {
    some <- subset(people, group %in% groups)
    if (case == "late") some <- some[some$id %% 10 == 0, ]
    statistic <- if (case == "late")
      coxph(Surv(start, duration, end == 1) ~ factor(group), some, ties = "exact")$score
    else survdiff(Surv(duration, end == 1) ~ group, some)$chisq
    tests <- rbind(tests, data.frame(case, groups = length(groups), people = nrow(some), statistic))
  }

  # Aalen-Johansen: etm for error of Greenwood's type; survival for the log-log band
  cif <- etmCIF(Surv(start, duration, end != 0) ~ 1, people, etype = end)
  band <- survfit(Surv(start, duration, factor(end, 0:2)) ~ 1, people, id = id,
                  conf.type = "log-log")
  b <- summary(band, times = months[months > 0], extend = TRUE)
  for (kind in 1:2) {
    e <- summary(cif)[[1]][[paste("CIF", kind)]]
    at <- findInterval(months[months > 0], e$time)
    incidence <- rbind(incidence, data.frame(case, kind, month = months[months > 0],
      etm = e$P[at], etm_error = sqrt(e$var[at]),
      survfit = b$pstate[, kind + 1], survfit_error = b$std.err[, kind + 1],
      low = b$lower[, kind + 1], high = b$upper[, kind + 1]))
  }
}
keep(curves, "curves")
keep(summaries, "summaries")
keep(tests, "log_rank")
keep(incidence, "incidence")
cat(R.version.string, "survival", as.character(packageVersion("survival")),
    "etm", as.character(packageVersion("etm")), "\n")
